"""How is a release withdrawn everywhere, and how far has that got?"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.releases import history
from cms.releases.actions import recall
from cms.releases.errors import NothingToRecall
from cms.releases.forms import RecallForm
from cms.releases.history import Consequence
from cms.releases.models import Recall, RecallScope
from cms.releases.side_panel import MEDIA
from cms.releases.views.base import EditionScreen


class RecallView(EditionScreen):
    """Choose what must disappear, say why, confirm: one screen, one press of the button."""

    template_name = "releases/recall.html"
    page_title = _("Recall")
    header_icon = "recall"
    needs_publish = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self._form(self.choices)
        options = list(zip(form["scope"], self.choices, strict=True))
        return super().get_context_data(**kwargs) | {"form": form, "options": options}

    @cached_property
    def choices(self) -> tuple[Consequence, ...]:
        number = self.request.GET.get("number", "")
        wanted = int(number) if number.isascii() and number.isdecimal() else None
        return history.consequences(self.page.tool_id, self.page.language, wanted)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(self.choices, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        chosen = next(choice for choice in self.choices if choice.extent.scope == form.cleaned_data["scope"])
        try:
            row = self._recall(chosen, form.cleaned_data["reason"])
        except NothingToRecall:
            messages.info(request, _("Somebody recalled it a moment ago: nothing of it is left to recall."))
            return redirect("releases:history", self.page.pk)
        return redirect("releases:recall-progress", row.pk)

    def _form(self, choices: tuple[Consequence, ...], data: Any = None) -> RecallForm:
        scopes = [(str(choice.extent.scope), str(choice.extent.scope.label)) for choice in choices]
        return RecallForm(data, scopes=scopes, initial={"scope": scopes[-1][0] if scopes else ""})

    def _recall(self, chosen: Consequence, reason: str) -> Recall:
        extent = chosen.extent
        return recall(
            self.page.tool_id,
            scope=extent.scope,
            locale=extent.locale or None,
            number=extent.number,
            reason=reason,
            by=self.request.user.pk,
            at=timezone.now(),
        )


class RecallProgressView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "releases/recall_progress.html"
    page_title = _("Recall")
    header_icon = "recall"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _context(self.request, self.kwargs["recall_id"]) | {"media": MEDIA}


def progress(request: HttpRequest, recall_id: UUID) -> HttpResponse:
    """Answer how far the recall has got, as a fragment."""
    return render(request, "releases/recall_live.html", _context(request, recall_id))


def _context(request: HttpRequest, recall_id: UUID) -> dict[str, Any]:
    row = get_object_or_404(Recall, pk=recall_id)
    pages = Page.objects.filter(translation_key=row.tool_id, alias_of=None).specific()
    mine = [page for page in pages if page.permissions_for_user(request.user).can_edit()]
    if not mine and not request.user.is_superuser:
        raise PermissionDenied
    by = history.staff_names([row.recalled_by]).get(row.recalled_by, "")
    return {"progress": history.progress_of(row), "by": by, "pages": mine, "scope": RecallScope(row.scope).label}
