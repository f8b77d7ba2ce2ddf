"""What does the first screen of the admin offer: what can be begun, and what came out last?

Apps say what can be begun by the hook ``begin_here``: a function of the request that yields ``Beginning``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms.releases.models import Edition

HOOK = "begin_here"
LATEST = 6


@dataclass(frozen=True)
class Beginning:
    """One thing a person can begin, in the order of ``order``."""

    title: str
    text: str
    url: str
    icon: str
    order: int


class WelcomePanel(Component):
    """A panel of the home screen."""

    name = "welcome"
    template_name = "releases/welcome.html"
    order = 60

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        offered = (beginning for offer in hooks.get_hooks(HOOK) for beginning in offer(self.request))
        return {"beginnings": sorted(offered, key=lambda one: one.order), "latest": list(latest_releases())}


def latest_releases() -> Iterator[dict[str, Any]]:
    """Yield the editions that were released last, each with the page it comes from (None if that is gone)."""
    editions = Edition.objects.filter(latest__isnull=False).select_related("latest").order_by("-released_at", "-pk")
    found = list(editions.defer("latest__payload", "latest__listing")[:LATEST])
    pages = _pages_of({edition.tool_id for edition in found})
    for edition in found:
        yield {"release": edition.latest, "page_id": pages.get((edition.tool_id, edition.locale))}


def place_to_add(request: HttpRequest, parent: type[Page], child: type[Page]) -> str | None:
    """Return where a ``child`` is added below a ``parent`` this person may add to, in their language if possible."""
    places = list(parent.objects.select_related("locale").order_by("path"))
    places.sort(key=lambda page: page.locale.language_code != get_language())
    for page in places:
        if page.permissions_for_user(request.user).can_add_subpage():
            return reverse("wagtailadmin_pages:add", args=[child._meta.app_label, child._meta.model_name, page.pk])
    return None


def _pages_of(tool_ids: set[UUID]) -> dict[tuple[UUID, str], int]:
    pages = Page.objects.filter(translation_key__in=tool_ids, alias_of__isnull=True)
    rows = pages.values_list("translation_key", "locale__language_code", "pk")
    return {(tool_id, language): page_id for tool_id, language, page_id in rows}
