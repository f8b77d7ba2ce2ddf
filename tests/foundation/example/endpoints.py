"""Where do the example's events go? A test says so."""

from foundation.events.endpoints import Endpoint

configured: list[Endpoint] = []


def endpoints_for(event_type: str) -> list[Endpoint]:
    return list(configured)
