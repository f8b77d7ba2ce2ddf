"""How is an edition edited? As any page, with a checklist beside it that says what a release still lacks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.releases.checklist import checklist_of
from cms.releases.side_panel import ReleaseSidePanel, permissions


class EditionEditView(EditView):
    """Autosave answers without the checklist: it is asked for by itself, so that saving stays quick."""

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()
        if self.expects_json_response:
            return panels
        return MediaContainer([ReleaseSidePanel(self.page, self.request), *panels])


class EditionCreateView(CreateView):
    def get_side_panels(self) -> MediaContainer:
        return MediaContainer([ReleaseSidePanel(self.page, self.request), *super().get_side_panels()])


class EditionViewSet(PageViewSet):
    """The views of a kind of edition; set ``model``."""

    add_view_class = EditionCreateView
    edit_view_class = EditionEditView
    parent_models: list[type[Page]] = []


def checklist(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer the checklist of the newest draft as a fragment."""
    page = get_object_or_404(Page, pk=page_id).get_latest_revision_as_object()
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    context: dict[str, Any] = {"checklist": checklist_of(page), **permissions(page, request.user)}
    return render(request, "releases/checklist.html", context)
