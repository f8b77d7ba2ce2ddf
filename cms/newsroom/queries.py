"""What is known about sendings?"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cms.newsroom.models import Sending


def sendings_of(issue_id: UUID) -> QuerySet[Sending]:
    """The sendings of an issue, newest first, with who asked for them."""
    return Sending.objects.filter(issue_id=issue_id).select_related("requested_by")


def quiet_sendings(*, since: datetime) -> QuerySet[Sending]:
    """Sendings under way of which nothing was heard since then."""
    under_way = Q(state__in=Sending.UNDER_WAY, campaign_id__isnull=False)
    return Sending.objects.filter(under_way, Q(heard_at=None) | Q(heard_at__lte=since))


def sendings_in_doubt() -> QuerySet[Sending]:
    """Sendings with mails of which nobody knows whether they arrived."""
    return Sending.objects.filter(in_doubt__gt=0)


def lists_already_served(issue_id: UUID) -> frozenset[str]:
    """The lists this issue was sent to, or is being sent to."""
    asked = Sending.objects.filter(issue_id=issue_id).exclude(state__in=Sending.CAME_TO_NOTHING)
    return frozenset(slug for request in asked.values_list("request", flat=True) for slug in request["lists"])
