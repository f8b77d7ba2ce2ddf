"""Whose key is this, and who must hear of an event?"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare

from cms.partners.addresses import is_inner
from cms.partners.models import ApiKey, WebhookEndpoint
from cms.partners.secrets import PREFIX_LENGTH, digest_of, webhook_secret
from foundation.events.endpoints import Endpoint

NEWSLETTER = "newsletter"
NEWSLETTER_EVENTS = frozenset({"release.recalled"})


@dataclass(frozen=True)
class ActiveKey:
    """A key that is valid now; ``requests_per_minute`` is None for the usual limit."""

    pk: int
    partner_id: int
    requests_per_minute: int | None


def active_key(presented: str) -> ActiveKey | None:
    """Return the key a partner presents; None for one that is unknown, revoked or of an inactive partner."""
    row = (
        ApiKey.objects.filter(prefix=presented[:PREFIX_LENGTH], revoked_at=None, partner__is_active=True)
        .values_list("digest", "pk", "partner_id", "requests_per_minute")
        .first()
    )
    if row is None or not constant_time_compare(row[0], digest_of(presented)):
        return None
    return ActiveKey(*row[1:])


def endpoints_for(event_type: str) -> list[Endpoint]:
    """Return where an event of this type goes: to the newsletter service, and to the partners who asked for it."""
    endpoints = [_endpoint(row) for row in _asked_for(event_type)]
    if event_type in NEWSLETTER_EVENTS and settings.CMS_WEBHOOK_SECRET:
        url = f"{settings.NEWSLETTER_URL.rstrip('/')}/hooks/cms"
        endpoints.append(Endpoint(NEWSLETTER, url, settings.CMS_WEBHOOK_SECRET))
    return endpoints


def _endpoint(row: WebhookEndpoint) -> Endpoint:
    """Describe an endpoint. Its name is looked up at each attempt: now it may lead nowhere, and inside later."""
    must_be_public = settings.IS_PRODUCTION and not is_inner(row.url)
    return Endpoint(name_of(row), row.url, webhook_secret(row), must_be_public=must_be_public)


def name_of(endpoint: WebhookEndpoint) -> str:
    """Return the name under which deliveries to an endpoint are kept."""
    return f"partner-endpoint-{endpoint.pk}"


def _asked_for(event_type: str) -> list[WebhookEndpoint]:
    endpoints = WebhookEndpoint.objects.filter(is_active=True, partner__is_active=True).order_by("pk")
    return [row for row in endpoints if row.hears_of(event_type)]
