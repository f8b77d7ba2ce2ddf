"""How are keys made and revoked, and webhook secrets replaced?"""

from datetime import datetime

from django.db import transaction

from cms.partners.models import ApiKey, Partner, WebhookEndpoint, new_salt
from cms.partners.secrets import PREFIX_LENGTH, digest_of, new_key


def make_key(
    partner: Partner, *, label: str, at: datetime, requests_per_minute: int | None = None
) -> tuple[ApiKey, str]:
    """Store a new key and return it with its text, which nobody can read again."""
    text = new_key()
    key = ApiKey.objects.create(
        partner=partner,
        label=label,
        prefix=text[:PREFIX_LENGTH],
        digest=digest_of(text),
        requests_per_minute=requests_per_minute,
        created_at=at,
    )
    return key, text


def revoke_key(key: ApiKey, *, at: datetime) -> None:
    """Make a key worthless; it stays in the list, so that it is known when it ended."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def rotate_key(key: ApiKey, *, at: datetime) -> tuple[ApiKey, str]:
    """Replace a key by a new one with the same label and limit."""
    with transaction.atomic():
        revoke_key(key, at=at)
        return make_key(key.partner, label=key.label, at=at, requests_per_minute=key.requests_per_minute)


def rotate_webhook_secret(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Give an endpoint another secret; messages are signed with it at once."""
    endpoint.salt = new_salt()
    endpoint.save(update_fields=["salt"])
    return endpoint
