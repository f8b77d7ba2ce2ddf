"""Which events exist, and what does each carry?"""

from foundation.contracts.base import Contract
from foundation.contracts.newsletter import CampaignChanged
from foundation.contracts.publishing import ReleaseCreated, ReleaseRecalled
from foundation.contracts.transcoding import TranscodeChanged

EVENTS: dict[str, type[Contract]] = {
    "release.created": ReleaseCreated,
    "release.recalled": ReleaseRecalled,
    "transcode.changed": TranscodeChanged,
    "campaign.changed": CampaignChanged,
}


def event_type(event: Contract) -> str:
    """Return the name under which ``event`` travels; KeyError if it is no event."""
    return _NAMES[type(event)]


_NAMES = {model: name for name, model in EVENTS.items()}
