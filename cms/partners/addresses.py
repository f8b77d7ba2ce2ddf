"""Which addresses may be called on a partner's behalf? None that lead back into our own network."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def refuse_unsafe_url(url: str) -> None:
    """Raise ValidationError unless ``url`` is https (or, outside production, on this machine) and leads outside.

    The hosts in ``settings.INNER_PARTNER_HOSTS`` may be called within our network, also by http.
    """
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise ValidationError(_("The address must not hold a name or a password."), code="credentials")
    if parts.scheme in {"http", "https"} and parts.hostname in settings.INNER_PARTNER_HOSTS:
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and _may_be_local(parts.hostname)):
        raise ValidationError(_("The address must begin with https://."), code="scheme")
    if settings.IS_PRODUCTION and not leads_outside(parts.hostname or "", parts.port or 443):
        raise ValidationError(_("The address leads to a private network, or nowhere."), code="private")


def leads_outside(host: str, port: int) -> bool:
    """Say whether every address of ``host`` is a public one (RFC 6890)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(entry[4][0]).is_global for entry in found)


def _may_be_local(host: str | None) -> bool:
    return not settings.IS_PRODUCTION and host in {"127.0.0.1", "::1", "localhost"}
