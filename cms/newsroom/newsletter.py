"""How is the newsletter service asked? Lists, campaigns, and how a campaign is steered."""

from http import HTTPStatus
from typing import Literal, TypeVar
from uuid import UUID

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import ValidationError

from foundation.contracts.base import Contract
from foundation.contracts.newsletter import CampaignRequest, CampaignStatus, MailingList, MailingLists
from foundation.web.client import service_client

Steering = Literal["pause", "resume", "cancel", "resend-in-doubt"]

ContractType = TypeVar("ContractType", bound=Contract)

TIMEOUT_S = 5.0


class NewsletterError(Exception):
    """The newsletter service did not do what it was asked; the message is for the person who asked."""


class NewsletterUnavailable(NewsletterError):
    """No answer, or none that can be read: asking again later may help."""


class CampaignRefused(NewsletterError):
    """The service understood the request and declined it."""


def mailing_lists() -> tuple[MailingList, ...]:
    """Return the lists with their confirmed subscribers by language, as they are now."""
    return _read(MailingLists, _ask("GET", "/v1/lists")).items


def start_campaign(request: CampaignRequest, *, key: str) -> CampaignStatus:
    """Ask for a campaign; the same ``key`` always means the same campaign."""
    answer = _ask(
        "POST",
        "/v1/campaigns",
        headers={"Idempotency-Key": key, "Content-Type": "application/json"},
        body=request.model_dump_json(),
    )
    return _read(CampaignStatus, answer)


def campaign_status(campaign_id: UUID) -> CampaignStatus:
    return _read(CampaignStatus, _ask("GET", f"/v1/campaigns/{campaign_id}"))


def steer_campaign(campaign_id: UUID, steering: Steering) -> CampaignStatus:
    return _read(CampaignStatus, _ask("POST", f"/v1/campaigns/{campaign_id}/{steering}"))


def _ask(method: str, path: str, *, headers: dict[str, str] | None = None, body: str | None = None) -> httpx.Response:
    try:
        with service_client(settings.NEWSLETTER_URL, settings.NEWSLETTER_KEY, timeout_s=TIMEOUT_S) as client:
            answer = client.request(method, path, headers=headers, content=body)
    except httpx.HTTPError as error:
        raise NewsletterUnavailable(_("The newsletter service does not answer. Try again in a minute.")) from error
    if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise NewsletterUnavailable(_("The newsletter service has a problem of its own. Try again in a minute."))
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise CampaignRefused(_("The newsletter service does not know our key. Tell whoever runs this system."))
    if answer.is_error:
        raise CampaignRefused(_detail(answer))
    return answer


def _read(model: type[ContractType], answer: httpx.Response) -> ContractType:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise NewsletterUnavailable(_("The newsletter service gave an answer that can't be read.")) from error


def _detail(answer: httpx.Response) -> str:
    """Return the sentence of a problem+json answer (RFC 9457)."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return str(detail or _("The newsletter service declined (status %(status)s).") % {"status": answer.status_code})
