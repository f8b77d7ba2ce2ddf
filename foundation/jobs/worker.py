"""How does a process work through the ledger? One thread per lane, one that renews leases, one that keeps house."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from django.conf import settings
from django.db import close_old_connections, connection

from foundation.jobs import ledger
from foundation.jobs.dispatch import queue_url
from foundation.jobs.errors import LeaseLost
from foundation.jobs.executing import run_one as run_one
from foundation.jobs.executing import run_until_idle as run_until_idle
from foundation.jobs.lanes import TROUBLE_S, Lane, PollingLane
from foundation.jobs.registry import LANES
from foundation.jobs.running import RunningJob
from foundation.jobs.timetable import Timetable
from foundation.storage import stores

log = logging.getLogger(__name__)

BEAT_S = 1.0
HOUSEKEEPING_S = 1.0
PURGE_S = 600.0
UNFINISHED_S = 86_400.0  # no upload into a store takes a day
GRACE_S = 5.0  # what a running handler gets to finish after SIGTERM


class Worker:
    """A process at work: lanes, the thread that keeps their leases, and the housekeeping of the ledger."""

    def __init__(self, name: str, lanes: Iterable[str] = LANES) -> None:
        self.name = name
        self.stopping = threading.Event()
        self.lanes = [_lane(lane, name, self.stopping) for lane in lanes]
        self._pulse = threading.Thread(target=self._keep_leases, name="pulse", daemon=True)
        self._timetable = Timetable()
        self._publish_missing = _publish_missing()
        self._purge_at = time.monotonic()

    def work(self) -> None:
        """Work until ``stop``; then give running handlers a moment, and their jobs back if they need longer."""
        while not (self.stopping.is_set() or _in_peace(partial(ledger.take_back_from, self.name))):
            self.stopping.wait(TROUBLE_S)  # started before its database, or before its tables
        for thread in (*self.lanes, self._pulse):
            thread.start()
        while not self.stopping.wait(HOUSEKEEPING_S):
            self._keep_house()
        self._wind_down()

    def stop(self) -> None:
        self.stopping.set()

    def _keep_leases(self) -> None:
        while not self.stopping.wait(BEAT_S):
            for lane in self.lanes:
                if running := lane.current:
                    _in_peace(running.keep_alive)

    def _keep_house(self) -> None:
        _in_peace(self._timetable.submit_due)
        _in_peace(ledger.sweep)
        _in_peace(self._publish_missing)
        if time.monotonic() >= self._purge_at:
            _in_peace(ledger.purge)
            _in_peace(partial(stores.sweep, older_than_s=UNFINISHED_S))
            self._purge_at = time.monotonic() + PURGE_S

    def _wind_down(self) -> None:
        deadline = time.monotonic() + GRACE_S
        for lane in self.lanes:
            if running := lane.current:
                running.stop()
            lane.wake()
        for lane in self.lanes:
            lane.join(max(0.0, deadline - time.monotonic()))
            if running := lane.current:
                _release(running)
        connection.close()


def _lane(lane: str, worker: str, stopping: threading.Event) -> Lane:
    if not (url := queue_url()):
        return PollingLane(lane, worker, stopping)
    from foundation.jobs.consuming import QueueLane  # Celery costs memory only where a queue is configured

    return QueueLane(lane, worker, stopping, url=url, deployable=settings.DEPLOYABLE)


def _publish_missing() -> Callable[[], object]:
    """Return what the housekeeping does for the queue, if there is one."""
    if not (url := queue_url()):
        return lambda: None
    from foundation.jobs.publishing import Publisher
    from foundation.jobs.republishing import Republisher

    return Republisher(Publisher(url, settings.DEPLOYABLE)).publish_missing


def _release(running: RunningJob) -> None:
    try:
        ledger.release(running.lease)
    except LeaseLost:
        return  # it ended in this very moment


def _in_peace(task: Callable[[], object]) -> bool:
    """Do a task and say whether that went well; if not, the next round tries again."""
    try:
        task()
    except Exception:
        log.exception("housekeeping_in_trouble")
        connection.close()
        return False
    close_old_connections()  # back to the pool, where there is one
    return True
