"""How are a partner's secrets made, recognised and derived?"""

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cms.partners.models import WebhookEndpoint

PREFIX_LENGTH = 12
"""Characters of a key by which it is found; they are no secret."""


def new_key() -> str:
    """Return a key for a partner: 4 characters that say what it is, 8 to find it by, 43 that are secret."""
    return f"mis_{secrets.token_hex(4)}{secrets.token_urlsafe(32)}"


def digest_of(key: str) -> str:
    """Return what is stored of a key. It has 256 random bits, so that a plain hash can't be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def webhook_secret(endpoint: "WebhookEndpoint") -> str:
    """Return the secret of an endpoint (Standard Webhooks): it changes with ``salt`` and with SECRET_KEY."""
    message = f"webhook-endpoint:{endpoint.pk}:{endpoint.salt}".encode()
    derived = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(derived).decode()
