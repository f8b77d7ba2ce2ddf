"""What of the ledger is worth watching, and of the stores its workers fill?"""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.db.models.functions import Now

from foundation.jobs.clock import epoch_s
from foundation.jobs.models import Job, State
from foundation.jobs.registry import LANES
from foundation.storage import private_store, public_store
from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]
# Ended jobs are counted as they end (mis_job_attempts_total); of those only the failed wait for somebody to look.
WATCHED = (State.QUEUED, State.RUNNING, State.WAITING, State.FAILED)


@measure("mis_jobs", "Jobs that are not over, and those that failed.", labels=("lane", "kind", "state"))
def jobs() -> Numbers:
    """Count by an index that begins with the state."""
    rows = Job.objects.filter(state__in=WATCHED).values_list("lane", "kind", "state").order_by()
    for lane, kind, state, number in rows.annotate(number=Count("id")):
        yield (lane, kind, state), number


@measure("mis_job_oldest_seconds", "How long the oldest job that may run has been waiting.", labels=("lane",))
def oldest_waiting() -> Numbers:
    """Answer 0 for a lane in which nothing waits."""
    runnable = Job.objects.filter(state=State.QUEUED, lane__in=LANES, run_at__lte=Now())
    since = dict(runnable.values_list("lane").order_by().annotate(since=Min("run_at")))
    now_s = epoch_s()
    for lane in LANES:
        waits_s = now_s - since[lane].timestamp() if lane in since else 0.0
        yield (lane,), max(0.0, round(waits_s, 3))


@measure("mis_store_free_bytes", "Bytes free in a store; none is told of one without a limit.", labels=("store",))
def free_bytes() -> Numbers:
    """Ask the stores themselves."""
    for name, store in (("private", private_store()), ("public", public_store())):
        free = store.free_bytes()
        if free is not None:
            yield (name,), free
