"""What do the screens about one edition have in common?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.releases.pages import ReleasablePage
from cms.releases.side_panel import MEDIA


class EditionScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one edition, below its editor; ``needs_publish`` keeps out whoever may only edit."""

    needs_publish = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = self.page.permissions_for_user(request.user)
        if not (may.can_publish() if self.needs_publish else may.can_edit() or may.can_publish()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def page(self) -> ReleasablePage:
        page = get_object_or_404(Page, pk=self.kwargs["page_id"]).specific
        if not isinstance(page, ReleasablePage):
            raise Http404
        return page

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailadmin_explore", args=[self.page.get_parent().pk]), "label": self.page.get_parent()},
            {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": self.page.title},
            {"url": "", "label": self.get_header_title()},
        ]

    def get_page_subtitle(self) -> str:
        return str(self.page.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"page": self.page, "media": MEDIA}
