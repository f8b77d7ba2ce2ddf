"""How far is a sending, and how is it held, resumed, ended, repeated for those in doubt?"""

from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.newsroom import actions
from cms.newsroom.models import IssuePage, Sending
from cms.newsroom.newsletter import CampaignRefused, NewsletterError, Steering
from cms.releases.side_panel import MEDIA

COUNTS = {
    "accepted": gettext_lazy("Taken by the mail server"),
    "pending": gettext_lazy("Still to send"),
    "in_doubt": gettext_lazy("In doubt"),
    "rejected": gettext_lazy("Rejected"),
    "suppressed": gettext_lazy("Left out"),
}
"""What becomes of a mail, in the order of the bar."""


class SendingView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "newsroom/sending.html"
    page_title = gettext_lazy("Sending")
    header_icon = "send"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _context(self.request, self.kwargs["sending_id"]) | {"media": MEDIA}


def progress(request: HttpRequest, sending_id: UUID) -> HttpResponse:
    """Answer how far the sending is, as a fragment."""
    return render(request, "newsroom/sending_live.html", _context(request, sending_id))


@require_POST
def steer(request: HttpRequest, sending_id: UUID, steering: Steering) -> HttpResponse:
    """Do what was asked, or say why it can't be done any more; then show the sending again."""
    context = _context(request, sending_id)
    if not context["may_send"] or steering not in {*get_args(Steering), "ask-again"}:
        raise PermissionDenied
    try:
        _steer(context["sending"], steering)
    except CampaignRefused:
        messages.error(request, _("That was not possible: the sending has moved on meanwhile. See how it stands."))
    except NewsletterError as error:
        messages.error(request, str(error))
    return redirect("newsroom:sending", sending_id)


def _steer(sending: Sending, steering: str) -> None:
    if steering == "ask-again":
        actions.ask_again(sending, at=timezone.now())
    else:
        actions.steer(sending, steering, at=timezone.now())  # type: ignore[arg-type]  # checked by the caller


def _context(request: HttpRequest, sending_id: UUID) -> dict[str, Any]:
    sending = get_object_or_404(Sending.objects.select_related("requested_by"), pk=sending_id)
    pages = list(_pages_of(sending))
    rights = [page.permissions_for_user(request.user) for page in pages]
    if not request.user.is_superuser and not any(may.can_edit() or may.can_publish() for may in rights):
        raise PermissionDenied
    return {
        "sending": sending,
        "page": pages[0] if pages else None,
        "parts": list(_parts(sending)),
        "may_send": request.user.is_superuser or any(may.can_publish() for may in rights),
    }


def _pages_of(sending: Sending) -> Any:
    return (
        IssuePage.objects.filter(translation_key=sending.issue_id, alias_of=None)
        .select_related("locale")
        .order_by("pk")
    )


def _parts(sending: Sending) -> Iterator[dict[str, Any]]:
    """Yield the parts of the bar: where each starts and how wide it is, in per cent of the audience."""
    start = 0.0
    for name, label in COUNTS.items():
        number = getattr(sending, name)
        width = 100 * number / sending.audience if sending.audience else 0.0
        yield {
            "name": name.replace("_", "-"),
            "label": label,
            "number": number,
            "x": f"{start:.3f}",
            "width": f"{width:.3f}",
        }
        start += width
