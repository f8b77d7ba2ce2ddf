"""Who must hear of an event?"""

from django.conf import settings

from foundation.events.endpoints import Endpoint

NEWSLETTER_EVENTS = frozenset({"release.recalled"})


def endpoints_for(event_type: str) -> list[Endpoint]:
    """Return where an event of this type goes: to the newsletter service, and to the partners who asked for it."""
    endpoints = []
    if event_type in NEWSLETTER_EVENTS and settings.CMS_WEBHOOK_SECRET:
        url = f"{settings.NEWSLETTER_URL.rstrip('/')}/hooks/cms"
        endpoints.append(Endpoint(name="newsletter", url=url, secret=settings.CMS_WEBHOOK_SECRET))
    return endpoints
