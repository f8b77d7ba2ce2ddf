"""Who may read the numbers? Who shows the key; without one, only this machine itself, and not through a proxy."""

from collections.abc import Mapping
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

KEY_NEEDED = "Send METRICS_KEY as Authorization: Bearer <key>."
LOOPBACK_ONLY = "Without METRICS_KEY only this machine itself is answered: set it to let Prometheus in from elsewhere."
_SIGNS_OF_A_PROXY = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def refusal(headers: Mapping[str, str], *, peer: str) -> str | None:
    """Return why the asker at the address ``peer`` is not answered; None if they are. Takes headers in any case."""
    lowered = {name.lower(): value for name, value in headers.items()}
    if key := str(getattr(settings, "METRICS_KEY", "")):
        scheme, _, presented = lowered.get("authorization", "").partition(" ")
        is_right = scheme.lower() == "bearer" and constant_time_compare(presented.strip(), key)
        return None if is_right else KEY_NEEDED
    is_direct = _is_loopback(peer) and not any(name in lowered for name in _SIGNS_OF_A_PROXY)
    return None if is_direct else LOOPBACK_ONLY


def is_our_host(request: HttpRequest) -> bool:
    """Tell whether the request names a host of ours: a page elsewhere may have its own name lead to this machine."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
