"""Where does the editor show what a release still lacks? In a side panel that keeps itself current."""

from typing import Any

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from cms.releases.checklist import Checklist, checklist_of

MEDIA = Media(js=["releases/live.js"])
"""What a region that keeps itself current needs."""
EDITOR_MEDIA = Media(js=["releases/editing.js"])


class ReleaseSidePanel(BaseSidePanel):
    """State and checklist of an edition; a page that isn't saved yet has neither."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle release checklist")
        icon_name = "release"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            checklist = self.panel.checklist
            return {**context, "count": checklist.missing if checklist else 0}

    name = "release"
    title = _("Release")
    template_name = "releases/side_panel.html"
    order = 50

    @cached_property
    def checklist(self) -> Checklist | None:
        return checklist_of(self.object) if self.object.pk and not self.object.alias_of_id else None

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, "checklist": self.checklist, **permissions(self.object, self.request.user)}

    @property
    def media(self) -> Media:
        return MEDIA + EDITOR_MEDIA


def permissions(page: Any, user: Any) -> dict[str, bool]:
    """What the checklist may offer to this person."""
    return {"may_recall": bool(page.pk) and page.permissions_for_user(user).can_publish()}
