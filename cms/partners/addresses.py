"""Which addresses may be called on a partner's behalf? None that lead back into our own network."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.web.addresses import NotPublic, public_address


def refuse_unsafe_url(url: str) -> None:
    """Raise ValidationError unless ``url`` is https (or, outside production, on this machine) and leads outside.

    The hosts in ``settings.INNER_PARTNER_HOSTS`` may be called within our network, also by http.
    """
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise ValidationError(_("The address must not hold a name or a password."), code="credentials")
    if parts.scheme in {"http", "https"} and is_inner(url):
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and _may_be_local(parts.hostname)):
        raise ValidationError(_("The address must begin with https://."), code="scheme")
    if settings.IS_PRODUCTION and not _leads_outside(parts.hostname or "", parts.port or 443):
        raise ValidationError(_("The address leads to a private network, or nowhere."), code="private")


def is_inner(url: str) -> bool:
    """Say whether ``url`` is one of the partners within our own network."""
    return urlsplit(url).hostname in settings.INNER_PARTNER_HOSTS


def _leads_outside(host: str, port: int) -> bool:
    try:
        public_address(host, port)
    except NotPublic:
        return False
    return True


def _may_be_local(host: str | None) -> bool:
    return not settings.IS_PRODUCTION and host in {"127.0.0.1", "::1", "localhost"}
