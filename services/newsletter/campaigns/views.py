"""What does the CMS ask of us? Lists, campaigns, and how to steer them."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from foundation.contracts.base import Contract
from foundation.contracts.newsletter import CampaignRequest
from foundation.web.keys import service_key_required
from foundation.web.problems import problem
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign
from services.newsletter.campaigns.queries import status_of
from services.newsletter.lists.queries import lists_with_subscribers

KEY_LENGTH = 200
_STEERINGS: dict[str, Callable[..., Campaign]] = {
    "pause": actions.pause,
    "resume": actions.resume,
    "cancel": actions.cancel,
    "resend-in-doubt": actions.resend_in_doubt,
}


@service_key_required("NEWSLETTER_KEY")
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """``GET /v1/lists``."""
    return _json(lists_with_subscribers())


@service_key_required("NEWSLETTER_KEY")
@require_POST
def campaigns(request: HttpRequest) -> HttpResponse:
    """``POST /v1/campaigns``: 202 for a new campaign, 200 for one that is known by its ``Idempotency-Key``."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        return problem(
            400, "Idempotency-Key missing", f"Send a header Idempotency-Key of 1 to {KEY_LENGTH} characters."
        )
    try:
        wanted = CampaignRequest.model_validate_json(request.body)
    except ValidationError as error:
        return problem(422, "Not a campaign", "Send a CampaignRequest.", errors=_errors_of(error))
    try:
        campaign, is_new = actions.start_campaign(wanted, key=key, at=timezone.now())
    except actions.KeyReused as error:
        return problem(409, "Key used before", str(error))
    except actions.UnknownList as error:
        return problem(422, "Unknown list", str(error))
    except actions.CampaignError as error:
        return problem(422, "Campaign refused", str(error))
    return _json(status_of(campaign), status=202 if is_new else 200)


@service_key_required("NEWSLETTER_KEY")
@require_safe
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """``GET /v1/campaigns/{id}``."""
    try:
        return _json(status_of(Campaign.objects.get(pk=campaign_id)))
    except Campaign.DoesNotExist:
        return _no_campaign()


@service_key_required("NEWSLETTER_KEY")
@require_POST
def steer(request: HttpRequest, campaign_id: str, steering: str) -> HttpResponse:
    """``POST /v1/campaigns/{id}/{pause|resume|cancel|resend-in-doubt}``; 409 where the state doesn't allow it."""
    try:
        return _json(status_of(_STEERINGS[steering](UUID(campaign_id), at=timezone.now())))
    except (Campaign.DoesNotExist, ValueError):
        return _no_campaign()
    except actions.NotNow as error:
        return problem(409, "Not now", str(error))


def _json(contract: Contract, *, status: int = 200) -> HttpResponse:
    return HttpResponse(contract.model_dump_json(), status=status, content_type="application/json")


def _no_campaign() -> HttpResponse:
    return problem(404, "Unknown campaign", "There is no campaign of this id.")


def _errors_of(error: ValidationError) -> list[dict[str, str]]:
    return [
        {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
