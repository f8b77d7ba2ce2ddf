"""What would make a production unsafe? Checked at boot."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from services.newsletter.smtp.configured import configured_relay, sender_address
from services.newsletter.smtp.relay import RelayMisconfigured

_ADDRESSES = ("NEWSLETTER_URL", "DELIVERY_PUBLIC_URL", "READER_URL")  # readers follow these
_SECRETS = ("NEWSLETTER_KEY", "NEWSLETTER_WEBHOOK_SECRET", "CMS_WEBHOOK_SECRET")


@register()
def mail_is_configured(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a relay or a sender that can't be read."""
    found: list[CheckMessage] = []
    try:
        configured_relay()
    except RelayMisconfigured as error:
        found.append(Error(str(error), id="newsletter.E001"))
    if "@" not in sender_address():
        found.append(Error("MAIL_FROM must be an address, as in News <news@example.org>.", id="newsletter.E002"))
    return found


@register()
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse defaults that are meant for one machine."""
    if settings.ENVIRONMENT not in {"embedded", "test", "production"}:
        return [Error("ENVIRONMENT must be embedded, test or production.", id="newsletter.E003")]
    if settings.ENVIRONMENT != "production":
        return []
    return [*_keys(), *_database(), *_addresses(), *_hosts()]


def _keys() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.EMBEDDED_SECRET_KEY or len(settings.SECRET_KEY) < 50:
        found.append(Error("Set SECRET_KEY to at least 50 random characters.", id="newsletter.E004"))
    if settings.ADDRESS_HASH_KEY == settings.EMBEDDED_ADDRESS_HASH_KEY:
        sentence = "Set ADDRESS_HASH_KEY to random characters and never change it: it recognises suppressed addresses."
        found.append(Error(sentence, id="newsletter.E005"))
    for name in (name for name in _SECRETS if not getattr(settings, name)):
        sentence = f"Set {name}: the CMS and we don't believe each other without it."
        found.append(Error(sentence, id="newsletter.E006"))
    return found


def _database() -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return []
    sentence = "Set DATABASE_URL to a PostgreSQL database: production does not run on SQLite."
    return [Error(sentence, id="newsletter.E007")]


def _addresses() -> list[CheckMessage]:
    return [
        Error(f"{name} must begin with https://: readers follow it from their mail.", id="newsletter.E008")
        for name in _ADDRESSES
        if urlsplit(getattr(settings, name)).scheme != "https"
    ]


def _hosts() -> list[CheckMessage]:
    if any(host in {"*", ""} for host in settings.ALLOWED_HOSTS):
        return [Error("ALLOWED_HOSTS must name the hosts of this service.", id="newsletter.E009")]
    return []
