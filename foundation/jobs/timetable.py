"""When is the next period of each periodic job? The ledger's key makes it one job per period over all workers."""

import time

from foundation.jobs.actions import submit
from foundation.jobs.clock import epoch_s
from foundation.jobs.models import Job, State
from foundation.jobs.registry import Nothing, Periodic, periodics


class Timetable:
    """Looks into the database only when a period has begun."""

    def __init__(self) -> None:
        self._next_look: dict[str, float] = {}

    def submit_due(self) -> None:
        """Submit the jobs of the periods that began since the last look."""
        due = [p for p in periodics() if time.monotonic() >= self._next_look.get(p.kind, 0.0)]
        if not due:
            return
        now_s = epoch_s()
        for each in due:
            number, elapsed_s = divmod(now_s, each.every_s)
            _submit_period(each, int(number))
            self._next_look[each.kind] = time.monotonic() + each.every_s - elapsed_s


def _submit_period(each: Periodic, number: int) -> None:
    unfinished = Job.objects.filter(kind=each.kind, state__in=[State.QUEUED, State.RUNNING])
    if not unfinished.exists():  # a slow one is not chased by the next
        submit(each.kind, Nothing(), key=f"{each.kind}@{number}")
