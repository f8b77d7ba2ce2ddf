"""What needs somebody's attention, on the first screen of the admin?

Apps say what they know by the hook ``needs_attention``: a function of the request that yields ``Attention``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision

from cms.releases.pages import ReleasablePage
from foundation.events.models import OutboxDelivery

HOOK = "needs_attention"
MOST = 20
"""Lines of one kind: who has more has another problem."""


@dataclass(frozen=True)
class Attention:
    """One thing to do: what it is about, what is wrong, where to go."""

    title: str
    problem: str
    url: str
    icon: str


class AttentionPanel(Component):
    """A panel of the home screen; nothing at all when nothing needs attention."""

    name = "needs_attention"
    template_name = "releases/attention.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"items": [item for asked in hooks.get_hooks(HOOK) for item in asked(self.request)]}


def blocked_schedules(request: HttpRequest) -> Iterator[Attention]:
    """Yield the scheduled editions that the gate would refuse."""
    waiting = Revision.page_revisions.filter(approved_go_live_at__isnull=False).order_by("approved_go_live_at")
    editions = [revision.as_object() for revision in waiting[:MOST]]
    for edition in editions:
        if isinstance(edition, ReleasablePage) and edition.permissions_for_user(request.user).can_edit():
            missing = len(edition.gate_reasons())
            if missing:
                problem = ngettext(
                    "Its scheduled release is blocked: %(n)d thing is missing.",
                    "Its scheduled release is blocked: %(n)d things are missing.",
                    missing,
                )
                yield Attention(edition.title, problem % {"n": missing}, edit_address(edition), "release")


def recalls_unheard(request: HttpRequest) -> Iterator[Attention]:
    """Yield whom we could not tell that something was recalled."""
    given_up = OutboxDelivery.objects.filter(event__type="release.recalled", state=OutboxDelivery.State.GIVEN_UP)
    for delivery in given_up.select_related("event").order_by("-pk")[:MOST]:
        url = reverse("releases:recall-progress", args=[delivery.event.data["recall_id"]])
        yield Attention(delivery.endpoint, gettext("They could not be told of a recall."), url, "recall")


def edit_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
