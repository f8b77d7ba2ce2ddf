"""Which jobs wait although nobody was told of them? They are published again, until somebody claims them.

A message gets lost when the broker is down as a job is submitted, when its disk is, when somebody purges the queue or
when a worker dies at the wrong moment; a delayed job has had none yet. The housekeeping of every worker compares: as
many jobs of a lane as may run now, that many messages must lie in its queue. Only what is missing is published, so a
queue never holds many more messages than there are jobs, however long these wait and however many workers look.
"""

import logging
import time
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from foundation.jobs.clock import now_plus
from foundation.jobs.dispatch import PATIENCE_S
from foundation.jobs.errors import QueueUnreachable
from foundation.jobs.models import Job, State
from foundation.jobs.publishing import Publisher
from foundation.jobs.registry import LANES

log = logging.getLogger(__name__)

SATISFIED_S = 5.0  # how long a lane in which nothing was missing is left alone
UNREACHABLE_S = 2.0
BATCH = 500


class Republisher:
    """Publishes what is missing in the queues of all lanes."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._look_at = dict.fromkeys(LANES, 0.0)

    def publish_missing(self) -> int:
        """Publish the jobs that wait and have no message; return how many. While the queue is away: none."""
        published = 0
        for lane in LANES:
            if time.monotonic() < self._look_at[lane]:
                continue
            try:
                published += self._publish_lane(lane)
            except QueueUnreachable:
                self._look_at = dict.fromkeys(LANES, time.monotonic() + UNREACHABLE_S)
                break
        return published

    def _publish_lane(self, lane: str) -> int:
        if not _overdue(lane).exists():
            return 0
        waiting = Job.objects.filter(state=State.QUEUED, lane=lane, run_at__lte=Now()).count()
        missing = waiting - self._publisher.waiting(lane)
        if missing <= 0:
            self._look_at[lane] = time.monotonic() + SATISFIED_S
            return 0
        taken = _take(lane, min(missing, BATCH))
        for number, job_id in enumerate(taken):
            try:
                self._publisher.publish(job_id, lane)
            except QueueUnreachable:
                _still_queued(taken[number:]).update(publish_at=Now())
                raise
        log.info("jobs_republished", extra={"lane": lane, "jobs": len(taken), "waiting": waiting})
        return len(taken)


def _overdue(lane: str) -> QuerySet[Job]:
    return Job.objects.filter(state=State.QUEUED, lane=lane, publish_at__lte=Now())


def _take(lane: str, number: int) -> list[UUID]:
    """Return jobs that no other worker publishes at the same time."""
    with transaction.atomic():
        rows = _overdue(lane).select_for_update(skip_locked=True).order_by("publish_at")
        ids = list(rows.values_list("id", flat=True)[:number])
        _still_queued(ids).update(publish_at=now_plus(PATIENCE_S))
    return ids


def _still_queued(ids: list[UUID]) -> QuerySet[Job]:
    return Job.objects.filter(id__in=ids, state=State.QUEUED)
