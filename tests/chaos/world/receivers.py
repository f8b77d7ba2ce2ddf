"""What does the receiver make of an event? A row each time it believes it hears it first."""

from datetime import datetime

from foundation.contracts.newsletter import CampaignChanged
from foundation.contracts.publishing import ReleaseRecalled
from foundation.events.registry import receives
from tests.chaos.world.models import Heard


@receives("release.recalled", source="world")
def note_event(event: ReleaseRecalled, *, at: datetime) -> None:
    Heard.objects.create(event=str(event.recall_id))


@receives("campaign.changed", source="newsletter")
def note_campaign(event: CampaignChanged, *, at: datetime) -> None:
    Heard.objects.create(event=f"campaign:{event.status.version}")
