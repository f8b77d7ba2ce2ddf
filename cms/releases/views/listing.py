"""How does the list of editions show where each of them stands?"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.releases import history
from cms.releases.history import Standing
from cms.releases.pages import ReleasablePage


@dataclass(frozen=True)
class State:
    """How an edition stands, in one word and one clause; ``kind`` chooses the colour."""

    kind: str
    word: str
    detail: str = ""


class ReleaseColumn(BaseColumn):
    cell_template_name = "releases/release_cell.html"

    def get_cell_context_data(self, instance: Page, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "state": getattr(instance, "release_state", None)}


class EditionIndexView(ExplorableIndexView):
    """The explorer with a column more, and two queries more for the whole list."""

    model = Page
    base_columns: ClassVar = [
        *ExplorableIndexView.base_columns[:-1],
        ReleaseColumn("release", label=gettext_lazy("Release"), width="18%"),
        ExplorableIndexView.base_columns[-1],
    ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        editions = [page for page in context["object_list"] if isinstance(page, ReleasablePage)]
        known = history.standings(page.tool_id for page in editions)
        for page in editions:
            page.release_state = state_of(page, known.get((page.tool_id, page.language)))
        return context


class EditionIndexViewSet(PageViewSet):
    """The views of a page that keeps editions; set ``model``."""

    index_view_class = EditionIndexView

    @property
    def parent_models(self) -> list[type[Page]]:
        """Its own list of children is the one that changes."""
        return [self.model]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Its children are of several kinds."""
        return {**super().get_index_view_kwargs(**kwargs), "model": Page}


def state_of(page: ReleasablePage, standing: Standing | None) -> State:
    """Say how an edition stands; a draft that waits for its time is asked whether it will pass."""
    if page.alias_of_id:
        return State("none", _("Signpost"))
    if getattr(page, "approved_schedule", False):
        return _scheduled(page)
    if standing is None:
        return State("none", _("Never released"))
    if standing.latest is None:
        return State("gone", _("Recalled"))
    number = _("Release %(number)d") % {"number": standing.latest.number}
    if page.has_unpublished_changes:
        return State("out", number, _("The draft has changed since."))
    return State("out", number, formats.date_format(standing.latest.released_at, "SHORT_DATE_FORMAT"))


def _scheduled(page: ReleasablePage) -> State:
    scheduled = page.get_scheduled_revision_as_object()
    missing = len(scheduled.gate_reasons()) if scheduled else 0
    if missing:
        detail = ngettext("%(n)d thing is missing.", "%(n)d things are missing.", missing) % {"n": missing}
        return State("blocked", _("Blocked"), detail)
    at = formats.date_format(page.go_live_at, "SHORT_DATETIME_FORMAT") if page.go_live_at else ""
    return State("wait", _("Scheduled"), at)
