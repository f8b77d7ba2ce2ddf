"""What do we do when the CMS recalls something? An issue is not sent any more; a tool leaves the mails to come."""

import logging
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from foundation.contracts.publishing import ReleaseRecalled
from foundation.events.registry import receives
from services.newsletter.campaigns.models import OPEN, Campaign, RecalledTool, Variant
from services.newsletter.campaigns.preparing import tell_of_recall
from services.newsletter.campaigns.variants import apply_recall

log = logging.getLogger(__name__)


@receives("release.recalled", source="cms")
def withdraw_from_campaigns(event: ReleaseRecalled, *, at: datetime) -> None:
    """Note the recall for campaigns being prepared; take it out of the mails to come and of the archive pages."""
    now = timezone.now()
    _wait_for_preparations()
    noted = [_noted(event, locale, number, now) for locale, number in _extent(event)]
    RecalledTool.objects.bulk_create(noted)
    touched = Variant.objects.filter(_mentions(event)).select_related("campaign")
    changed = [variant for variant in touched if sum(apply_recall(variant, one, at=now) for one in noted)]
    for campaign in {variant.campaign for variant in changed if variant.campaign.state in OPEN}:
        tell_of_recall(campaign, at=now)
    log.info("recall_applied", extra={"recall_id": str(event.recall_id), "variants": len(changed)})


def _wait_for_preparations() -> None:
    """Lock the open campaigns: one just being frozen either sees our note afterwards, or we see its variants."""
    list(Campaign.objects.select_for_update().filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True))


def _extent(event: ReleaseRecalled) -> list[tuple[str, int]]:
    """Return the (locale, number) that are recalled; empty and 0 mean all.

    For an item the number doesn't matter: it may show a picture of the release that has to go.
    """
    if event.scope == "tool":
        return [("", 0)]
    return [(release.locale, release.number) for release in event.releases]


def _noted(event: ReleaseRecalled, locale: str, number: int, at: datetime) -> RecalledTool:
    return RecalledTool(tool_id=event.tool_id, locale=locale, number=number, noted_at=at)


def _mentions(event: ReleaseRecalled) -> Q:
    """Select the variants of the issue itself, and those whose items point at the tool (ids stand in JSON as text)."""
    return Q(campaign__issue_id=event.tool_id) | Q(payload__icontains=str(event.tool_id))
