"""What would make a production unsafe? Checked at boot."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_ADDRESSES = ("EDITING_URL", "DELIVERY_URL")
_SECRETS = ("TRANSCODER_KEY", "NEWSLETTER_KEY", "CMS_WEBHOOK_SECRET")


@register()
def role_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a role that isn't one of the two."""
    if settings.CMS_ROLE in {"editing", "delivery"}:
        return []
    return [Error("CMS_ROLE must be editing or delivery.", id="config.E001")]


@register()
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse defaults that are meant for one machine."""
    if settings.ENVIRONMENT not in {"embedded", "test", "production"}:
        return [Error("ENVIRONMENT must be embedded, test or production.", id="config.E002")]
    if settings.ENVIRONMENT != "production":
        return []
    return [*_secret_key(), *_database(), *_addresses(), *_hosts(), *_keys(), *_uploads()]


def _secret_key() -> list[CheckMessage]:
    if settings.SECRET_KEY != settings.INSECURE_SECRET_KEY and len(settings.SECRET_KEY) >= 50:
        return []
    return [Error("Set SECRET_KEY to at least 50 random characters.", id="config.E003")]


def _database() -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return []
    return [Error("Set DATABASE_URL to a PostgreSQL database: production does not run on SQLite.", id="config.E004")]


def _addresses() -> list[CheckMessage]:
    return [
        Error(f"{name} must begin with https://: plain http is for one machine only.", id="config.E005")
        for name in _ADDRESSES
        if urlsplit(getattr(settings, name)).scheme != "https"
    ]


def _hosts() -> list[CheckMessage]:
    if any(host in {"*", ""} for host in settings.ALLOWED_HOSTS):
        return [Error("ALLOWED_HOSTS must name the hosts of this system.", id="config.E006")]
    return []


def _keys() -> list[CheckMessage]:
    if settings.CMS_ROLE != "editing":
        return []
    names = [name for name in _SECRETS if not getattr(settings, name)]
    names += [f"{source.upper()}_WEBHOOK_SECRET" for source, secret in settings.WEBHOOK_SOURCES.items() if not secret]
    return [Error(f"Set {name}: the services don't believe each other without it.", id="config.E007") for name in names]


def _uploads() -> list[CheckMessage]:
    """A page that came by https sends nothing by http: browsers block it (W3C Mixed Content)."""
    if settings.CMS_ROLE != "editing" or urlsplit(settings.STORAGE_BROWSER_URL).scheme != "http":
        return []
    advice = "Set STORAGE_BROWSER_URL to where browsers reach the S3 server, beginning with https://."
    return [Error(advice, id="config.E008")]
