"""What does the newsroom do when the newsletter service reports?"""

from datetime import datetime

from cms.newsroom.actions import note_status
from cms.newsroom.models import Sending
from foundation.contracts.newsletter import CampaignChanged
from foundation.events.registry import receives


@receives("campaign.changed", source="newsletter")
def note_campaign(event: CampaignChanged, *, at: datetime) -> None:
    """Write the new counts down; a campaign of which the id isn't known yet is asked for by its job."""
    for sending in Sending.objects.filter(campaign_id=event.status.campaign_id):
        note_status(sending, event.status, at=at)
