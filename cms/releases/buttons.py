"""Which buttons does an edition have, in its header and in lists?"""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms.releases.pages import ReleasablePage


def release_buttons(page: Page, user: Any) -> Iterator[Button]:
    """Yield "Releases", and "Recall" to whoever may publish."""
    if not isinstance(page, ReleasablePage) or not page.pk or page.alias_of_id:
        return
    may = page.permissions_for_user(user)
    if may.can_edit() or may.can_publish():
        url = reverse("releases:history", args=[page.pk])
        yield Button(_("Releases"), url, icon_name="release", priority=62)
    if may.can_publish():
        url = reverse("releases:recall", args=[page.pk])
        yield Button(_("Recall"), url, icon_name="recall", priority=63)
