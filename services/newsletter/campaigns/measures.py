"""What of the campaigns is worth watching? Where they stand, and what became of the mails."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from foundation.web.metrics.measures import measure
from services.newsletter.campaigns.models import OPEN, Campaign, Delivery

Numbers = Iterator[tuple[tuple[str, ...], float]]
DECIDED_WITHIN = timedelta(days=90)  # mails in doubt for longer are history


@measure("mis_campaigns", "Campaigns by state.", labels=("state",))
def campaigns() -> Numbers:
    counts = dict(Campaign.objects.values_list("state").order_by().annotate(number=Count("id")))
    for state in Campaign.State.values:
        yield (state,), counts.get(state, 0)


@measure(
    "mis_deliveries", "Mails of the campaigns under way by state; those in doubt also of ended ones.", labels=("state",)
)
def deliveries() -> Numbers:
    """Count within campaigns, by an index of campaign and state."""
    under_way = list(Campaign.objects.filter(state__in=OPEN).values_list("pk", flat=True))
    recent = Campaign.objects.filter(changed_at__gte=timezone.now() - DECIDED_WITHIN).exclude(pk__in=under_way)
    held = Delivery.objects.filter(campaign__in=list(recent.values_list("pk", flat=True)), state="in_doubt")
    counts = Counter(dict.fromkeys(Delivery.State.values, 0))
    rows = Delivery.objects.filter(campaign__in=under_way).values_list("state").order_by()
    counts.update(dict(rows.annotate(number=Count("id"))))
    counts[Delivery.State.IN_DOUBT] += held.count()
    for state, number in counts.items():
        yield (state,), number
