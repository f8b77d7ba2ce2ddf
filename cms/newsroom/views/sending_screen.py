"""To which lists is an issue sent, and who gets which language? Asked, then confirmed."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from cms.newsroom import newsletter, queries
from cms.newsroom.actions import AlreadySent, request_sending
from cms.newsroom.audience import readers_by_language, served_locale
from cms.newsroom.forms import SendingForm
from cms.newsroom.models import IssuePage
from cms.newsroom.newsletter import NewsletterError
from cms.releases.views.base import EditionScreen
from foundation.contracts.newsletter import CampaignRequest, MailingList, ReleaseReference


class IssueScreen(EditionScreen):
    """A screen about the sending of one issue, in all of its languages."""

    needs_publish = True
    header_icon = "send"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(self.page, IssuePage):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def versions(self) -> dict[str, ReleaseReference]:
        return queries.released_versions(self.page.tool_id)

    def version_names(self) -> dict[str, str]:
        return {code: name_of(code) for code in self.versions}

    @cached_property
    def default_fallback(self) -> str:
        return "en" if "en" in self.versions else next(iter(self.versions), "")


class SendView(IssueScreen):
    """First step: the lists, with their subscribers as the service counts them now."""

    template_name = "newsroom/send.html"
    page_title = gettext_lazy("Send")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists, problem = _lists_or_problem()
        served = queries.lists_already_served(self.page.tool_id)
        names = self.version_names()
        codes = sorted({code for entry in lists for code in entry.subscribers})
        return super().get_context_data(**kwargs) | {
            "form": SendingForm(
                lists=lists, served=served, versions=names, initial={"fallback": self.default_fallback}
            ),
            "columns": [self._column(code) for code in codes],
            "rows": [_row(entry, codes, served) for entry in lists],
            "problem": problem,
            "versions": names,
            "sendings": queries.sendings_of(self.page.tool_id),
        }

    def _column(self, code: str) -> dict[str, Any]:
        served = served_locale(code, self.versions, "")
        return {"name": name_of(code), "version": name_of(served) if served else ""}


class ConfirmView(IssueScreen):
    """Second step: how many people, in which language; one press sends."""

    template_name = "newsroom/confirm.html"
    page_title = gettext_lazy("Confirm the sending")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(SendingRequest.of(self, request.GET), sending_id=uuid4())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = SendingRequest.of(self, request.POST)
        if asked.campaign is None or request.POST.get("versions") != asked.versions_token:
            return self._show(asked, sending_id=uuid4(), has_changed=True)
        try:
            sending = request_sending(
                _uuid(request.POST.get("sending_id")),
                asked.campaign,
                title=self.page.title,
                list_names=[entry.name for entry in asked.lists],
                by=request.user,  # type: ignore[arg-type]  # who isn't staff doesn't get here
                at=timezone.now(),
            )
        except AlreadySent as again:
            messages.error(request, _("It was sent to %(lists)s already: nobody gets it twice.") % {"lists": again})
            return redirect("newsroom:send", self.page.pk)
        return redirect("newsroom:sending", sending.pk)

    def _show(self, asked: "SendingRequest", *, sending_id: UUID, has_changed: bool = False) -> HttpResponse:
        if asked.campaign is None:
            messages.error(self.request, asked.problem)
            return redirect("newsroom:send", self.page.pk)
        readers = readers_by_language(asked.lists, self.versions, asked.campaign.fallback_locale)
        context = {
            "asked": asked,
            "versions": self.versions,
            "has_changed": has_changed,
            "sending_id": sending_id,
            "readers": [
                {"row": row, "name": name_of(row.locale), "version": name_of(row.served_locale)} for row in readers
            ],
            "total": sum(row.subscribers for row in readers),
            "editions": self.page.get_translations(inclusive=True).specific(),
        }
        return self.render_to_response(self.get_context_data() | context)


class SendingRequest:
    """What was chosen on the first step; ``campaign`` is None where it can't be sent, and ``problem`` says why."""

    def __init__(self, lists: tuple[MailingList, ...], campaign: CampaignRequest | None, problem: str) -> None:
        self.lists = lists
        self.campaign = campaign
        self.problem = problem

    @property
    def versions_token(self) -> str:
        """Which releases the person has seen: if one has changed meanwhile, they are asked again."""
        releases = self.campaign.releases if self.campaign else ()
        return " ".join(f"{release.locale}:{release.sha256}" for release in releases)

    @classmethod
    def of(cls, screen: IssueScreen, data: Any) -> "SendingRequest":
        lists, problem = _lists_or_problem()
        if problem:
            return cls((), None, problem)
        served = queries.lists_already_served(screen.page.tool_id)
        form = SendingForm(data, lists=lists, served=served, versions=screen.version_names())
        if not form.is_valid():
            errors = [str(message) for messages_of in form.errors.values() for message in messages_of]
            return cls((), None, " ".join(errors))
        chosen = tuple(entry for entry in lists if entry.slug in form.cleaned_data["lists"])
        campaign = CampaignRequest(
            issue_id=screen.page.tool_id,
            releases=tuple(screen.versions.values()),
            fallback_locale=form.cleaned_data["fallback"],
            lists=tuple(entry.slug for entry in chosen),
        )
        return cls(chosen, campaign, "")


def name_of(locale: str) -> str:
    """Return the name of a language in that of whoever looks, such as "Dutch (nl-BE)"."""
    names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    plain = locale.split("-", 1)[0]
    return str(names[locale] if locale in names else f"{names[plain]} ({locale})" if plain in names else locale)


def _lists_or_problem() -> tuple[tuple[MailingList, ...], str]:
    try:
        return newsletter.mailing_lists(), ""
    except NewsletterError as error:
        return (), str(error)


def _row(entry: MailingList, codes: list[str], served: frozenset[str]) -> dict[str, Any]:
    return {
        "list": entry,
        "counts": [entry.subscribers.get(code, 0) for code in codes],
        "total": sum(entry.subscribers.values()),
        "is_served": entry.slug in served,
    }


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
