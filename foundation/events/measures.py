"""What of the events is worth watching? Those not delivered yet, and those given up."""

import re
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Min, QuerySet

from foundation.events.models import OutboxDelivery
from foundation.jobs.clock import epoch_s
from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]
State = OutboxDelivery.State
_NUMBERED = re.compile(r"-\d+$")


@measure("mis_events_pending", "Deliveries of events still being tried.", labels=("endpoint", "type"))
def pending() -> Numbers:
    return _by_endpoint(State.PENDING)


@measure("mis_events_failed", "Deliveries of events that were given up.", labels=("endpoint", "type"))
def given_up() -> Numbers:
    return _by_endpoint(State.GIVEN_UP)


@measure("mis_event_oldest_seconds", "Age of the oldest event somebody has not heard yet.", labels=("type",))
def oldest_pending() -> Numbers:
    rows = _open().filter(state=State.PENDING).values_list("event__type").order_by()
    now_s = epoch_s()
    for kind, since in rows.annotate(since=Min("event__recorded_at")):
        yield (kind,), max(0.0, round(now_s - since.timestamp(), 3))


def _by_endpoint(state: str) -> Numbers:
    """Count by kind of endpoint: those of partners are many, and have a number each."""
    rows = _open().filter(state=state).values_list("endpoint", "event__type").order_by()
    counts: Counter[tuple[str, str]] = Counter()
    for endpoint, kind, number in rows.annotate(number=Count("id")):
        counts[_NUMBERED.sub("", endpoint), kind] += number
    yield from counts.items()


def _open() -> QuerySet[OutboxDelivery]:
    """Return what a partial index holds: a handful of rows among millions that were delivered."""
    return OutboxDelivery.objects.exclude(state=State.DELIVERED)
