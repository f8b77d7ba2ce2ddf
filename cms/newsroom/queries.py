"""What is known about sendings?"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cms.newsroom.models import Sending
from cms.releases.models import Edition
from foundation.contracts.newsletter import ReleaseReference


def sendings_of(issue_id: UUID) -> QuerySet[Sending]:
    """The sendings of an issue, newest first, with who asked for them."""
    return Sending.objects.filter(issue_id=issue_id).select_related("requested_by")


def quiet_sendings(*, since: datetime) -> QuerySet[Sending]:
    """Sendings under way of which nothing was heard since then."""
    under_way = Q(state__in=Sending.UNDER_WAY, campaign_id__isnull=False)
    return Sending.objects.filter(under_way, Q(heard_at=None) | Q(heard_at__lte=since))


def lists_already_served(issue_id: UUID) -> frozenset[str]:
    """The lists of which somebody got this issue, or may be getting it."""
    nobody_got_it = Q(state__in=Sending.CAME_TO_NOTHING, accepted=0, in_doubt=0)
    asked = Sending.objects.filter(issue_id=issue_id).exclude(nobody_got_it)
    return frozenset(slug for request in asked.values_list("request", flat=True) for slug in request["lists"])


def released_versions(issue_id: UUID) -> dict[str, ReleaseReference]:
    """Return the newest release of the issue in each language that has one."""
    editions = Edition.objects.filter(tool_id=issue_id, latest__isnull=False).order_by("locale")
    rows = editions.values_list("locale", "latest__number", "latest__sha256")
    return {locale: ReleaseReference(locale=locale, number=number, sha256=sha256) for locale, number, sha256 in rows}


def sendings_that_need_a_person() -> QuerySet[Sending]:
    """Sendings with mails in doubt, and requests that were never answered."""
    return Sending.objects.filter(Q(in_doubt__gt=0) | Q(state=Sending.State.UNANSWERED))
