"""Who hears of our events? The CMS."""

from django.conf import settings

from foundation.events.endpoints import Endpoint


def endpoints_for(event_type: str) -> list[Endpoint]:
    """Return the CMS; nobody while no secret is shared with it."""
    if not settings.TRANSCODER_WEBHOOK_SECRET:
        return []
    url = f"{settings.EDITING_URL}/hooks/transcoder"
    return [Endpoint(name="cms", url=url, secret=settings.TRANSCODER_WEBHOOK_SECRET)]
