"""What do the CMS and the newsletter service say to each other?

The CMS asks with ``POST /v1/campaigns`` and the header ``Idempotency-Key``; the service reads the releases from the
delivery API.
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from foundation.contracts.base import Contract, Locale, Sha256

CampaignState = Literal["preparing", "sending", "paused", "finished", "failed", "cancelled"]


class MailingList(Contract):
    """A list and how many confirmed subscribers it has, by language."""

    slug: str
    name: str
    subscribers: dict[Locale, int]


class MailingLists(Contract):
    items: tuple[MailingList, ...]


class ReleaseReference(Contract):
    """One release of the issue: read it at ``/v1/tools/{tool_id}/releases/{locale}/{number}``."""

    locale: Locale
    number: int = Field(ge=1)
    sha256: Sha256


class CampaignRequest(Contract):
    """Send an issue to lists. ``fallback_locale`` serves subscribers whose language has no release."""

    issue_id: UUID
    releases: tuple[ReleaseReference, ...] = Field(min_length=1)
    fallback_locale: Locale
    lists: tuple[str, ...] = Field(min_length=1)


class CampaignCounts(Contract):
    """``audience = accepted + rejected + in_doubt + suppressed + pending``, always."""

    audience: int = Field(ge=0)
    accepted: int = Field(ge=0)
    rejected: int = Field(ge=0)
    in_doubt: int = Field(ge=0)
    suppressed: int = Field(ge=0)
    pending: int = Field(ge=0)


class CampaignStatus(Contract):
    """Where a campaign stands. ``version`` grows with every change: an older one is ignored."""

    campaign_id: UUID
    issue_id: UUID
    version: int = Field(ge=1)
    state: CampaignState
    counts: CampaignCounts
    message: str = ""
    changed_at: AwareDatetime


class CampaignChanged(Contract):
    """Event ``campaign.changed``."""

    status: CampaignStatus
