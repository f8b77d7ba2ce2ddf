"""Who wants to hear of an event? Looked up when it is recorded, and the address and secret again at each attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Endpoint:
    """Where events go: ``secret`` is a Standard Webhooks secret, ``whsec_`` and base64; it is stored nowhere else.

    With ``must_be_public`` nothing is sent while the host's name leads into a private network.
    """

    name: str
    url: str
    secret: str = field(repr=False)
    must_be_public: bool = False


def endpoints_for(event_type: str) -> list[Endpoint]:
    """Return what ``settings.EVENT_ENDPOINTS`` says, a dotted path to a function of the event type; none without it."""
    dotted = getattr(settings, "EVENT_ENDPOINTS", None)
    if dotted is None:
        return []
    find: Callable[[str], list[Endpoint]] = import_string(dotted)
    return find(event_type)


def endpoint_named(name: str, event_type: str) -> Endpoint | None:
    """Return the endpoint as it is configured now; None if it is gone."""
    return next((endpoint for endpoint in endpoints_for(event_type) if endpoint.name == name), None)
