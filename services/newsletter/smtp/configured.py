"""Which relay and which sender do the settings name?"""

from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from services.newsletter.smtp.relay import Relay, relay_from


def configured_relay() -> Relay:
    """Return the relay of SMTP_URL; we introduce ourselves by the name of our own address (RFC 5321 §4.1.4)."""
    host = urlsplit(settings.NEWSLETTER_URL).hostname or "localhost"
    greeting = f"[{host}]" if host.replace(".", "").isdigit() else host
    return relay_from(settings.SMTP_URL, greeting=greeting, timeout_s=settings.SMTP_TIMEOUT_S)


def sender_address() -> str:
    """Return the bare address of MAIL_FROM: the envelope's sender."""
    return parseaddr(settings.MAIL_FROM)[1]
