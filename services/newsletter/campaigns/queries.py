"""Where does a campaign stand, and do the books balance?"""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from foundation.contracts.newsletter import CampaignCounts, CampaignStatus
from services.newsletter.campaigns.models import Campaign, Delivery

_BUCKETS: dict[str, str] = {
    Delivery.State.PENDING: "pending",
    Delivery.State.CLAIMED: "pending",
    Delivery.State.ACCEPTED: "accepted",
    Delivery.State.REJECTED: "rejected",
    Delivery.State.IN_DOUBT: "in_doubt",
    Delivery.State.SUPPRESSED: "suppressed",
}


def status_of(campaign: Campaign) -> CampaignStatus:
    """Return what the CMS is told."""
    return CampaignStatus(
        campaign_id=campaign.pk,
        issue_id=campaign.issue_id,
        version=campaign.version,
        state=campaign.state,
        counts=counts_of(campaign),
        message=campaign.message,
        changed_at=campaign.changed_at,
    )


def counts_of(campaign: Campaign) -> CampaignCounts:
    """Count the ledger. ``audience`` is what was counted at the freeze, the others what is there now."""
    counts = dict.fromkeys(_BUCKETS.values(), 0)
    rows = campaign.deliveries.values("state").annotate(number=Count("id")).order_by()
    for row in rows:
        counts[_BUCKETS[row["state"]]] += row["number"]
    return CampaignCounts(audience=campaign.audience, **counts)


def is_balanced(counts: CampaignCounts) -> bool:
    """Tell whether nobody is lost and nobody is counted twice."""
    parts = (counts.accepted, counts.rejected, counts.in_doubt, counts.suppressed, counts.pending)
    return counts.audience == sum(parts)


def unsettled(campaign_id: UUID) -> QuerySet[Delivery]:
    """Return the deliveries whose end is still open and not held for a person to decide."""
    return Delivery.objects.filter(
        Q(state=Delivery.State.PENDING) | Q(state=Delivery.State.CLAIMED), campaign_id=campaign_id
    )


def due(campaign_id: UUID, *, at: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that may be claimed at ``at``."""
    is_due = Q(not_before__isnull=True) | Q(not_before__lte=at)
    return Delivery.objects.filter(is_due, campaign_id=campaign_id, state=Delivery.State.PENDING)
