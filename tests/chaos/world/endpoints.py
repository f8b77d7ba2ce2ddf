"""Who hears of the world's events? Its receiver."""

from foundation.events.endpoints import Endpoint
from tests.chaos.world.settings import HOOKS_SECRET, HOOKS_URL


def endpoints_for(event_type: str) -> list[Endpoint]:
    if not HOOKS_URL:
        return []
    return [Endpoint(name="receiver", url=HOOKS_URL, secret=HOOKS_SECRET)]
