"""How does a process work through the ledger? One thread per lane, one that renews leases, one that keeps house."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from django.db import OperationalError, connection

from foundation.jobs import ledger
from foundation.jobs.dispatch import polling
from foundation.jobs.errors import JobCancelled, LeaseLost, Retryable, Terminal, UnknownKind, WorkerStopping
from foundation.jobs.models import Job
from foundation.jobs.registry import LANES, is_periodic, spec_of
from foundation.jobs.running import Lease, Outcome, RunningJob
from foundation.jobs.timetable import Timetable
from foundation.storage import stores
from foundation.web.metrics.counting import count_run
from foundation.web.requests import request_id_scope

log = logging.getLogger(__name__)

POLL_S = 0.25
BEAT_S = 1.0
HOUSEKEEPING_S = 1.0
PURGE_S = 600.0
UNFINISHED_S = 86_400.0  # no upload into a store takes a day
TROUBLE_S = 2.0  # pause after the database didn't answer
GRACE_S = 5.0  # what a running handler gets to finish after SIGTERM


def run_until_idle(lanes: Iterable[str] = LANES, *, worker: str = "inline") -> int:
    """Run in this thread every job that may run now, and those they queue; return how many. For tests and commands."""
    ran = 0
    while any(run_one(lane, worker) for lane in lanes):
        ran += 1
    return ran


def run_one(lane: str, worker: str) -> bool:
    """Claim one job and run it to the end of this attempt; False if there was none."""
    claimed = ledger.claim(lane, worker)
    if claimed is None:
        return False
    job, lease = claimed
    run(job, RunningJob(lease, job.attempt, ledger.beat))
    return True


def run(job: Job, running: RunningJob) -> None:
    """Run a claimed job's handler and write how it ended."""
    fields: dict[str, object] = {"job_id": str(job.id), "kind": job.kind, "attempt": job.attempt}
    started = time.monotonic()
    with request_id_scope(job.request_id):
        try:
            ending = _run(job, running)
        except LeaseLost:
            ending = "lease_lost"
        seconds = time.monotonic() - started
        count_run(job.kind, ending=ending, seconds=seconds)
        is_routine = ending == "succeeded" and is_periodic(job.kind)  # every few seconds, for ever
        fields |= {"ending": ending, "ms": round(seconds * 1000)}
        log.log(logging.DEBUG if is_routine else logging.INFO, "job_ran", extra=fields)


def _run(job: Job, running: RunningJob) -> str:
    """Return how the run ended; LeaseLost if the job was no longer ours."""
    lease = running.lease
    try:
        _finish(lease, _handled(job, running), running)
    except LeaseLost:
        raise
    except JobCancelled:
        ledger.acknowledge_cancel(lease)
        return "cancelled"
    except WorkerStopping:
        ledger.release(lease)
        return "released"
    except Terminal as error:
        ledger.fail(lease, str(error), result=error.result)
        return "failed"
    except (Retryable, UnknownKind) as error:
        ledger.retry(lease, str(error), after_s=getattr(error, "after_s", None))
        return "retry"
    except Exception as error:  # a handler's mistake must not stop the lane
        log.exception("job_raised", extra={"job_id": str(job.id), "kind": job.kind})
        ledger.retry(lease, f"{type(error).__name__}: {error}")
        return "retry"
    return "succeeded"


def _handled(job: Job, running: RunningJob) -> Outcome:
    spec = spec_of(job.kind)
    return spec.handler(running, spec.payload.model_validate(job.payload)) or Outcome()


def _finish(lease: Lease, outcome: Outcome, running: RunningJob) -> None:
    """End the job; a deadlock or a busy database is no reason to do the work again."""
    for tries_left in (2, 1, 0):
        try:
            ledger.finish(lease, outcome, running.fanned_out)
            break
        except OperationalError:
            if not tries_left or connection.in_atomic_block:
                raise
            connection.close_if_unusable_or_obsolete()


class Lane(threading.Thread):
    """Runs the jobs of one lane, one after the other."""

    def __init__(self, lane: str, worker: str, stopping: threading.Event) -> None:
        super().__init__(name=f"lane-{lane}", daemon=True)
        self.lane, self.worker, self.stopping = lane, worker, stopping
        self.current: RunningJob | None = None
        self.asked_at = time.monotonic()
        self.bell = polling.bell()

    def run(self) -> None:
        while not self.stopping.is_set():
            self.asked_at = time.monotonic()
            try:
                worked = self._work()
            except Exception:  # what a handler raises ends up on its job; this is the ledger or its database
                log.exception("lane_in_trouble", extra={"lane": self.lane})
                connection.close()
                self.stopping.wait(TROUBLE_S)
                continue
            if not worked and self.bell.wait(POLL_S):
                self.bell.clear()
        connection.close()

    def _work(self) -> bool:
        claimed = ledger.claim(self.lane, self.worker)
        if claimed is None:
            return False
        job, lease = claimed
        self.current = RunningJob(lease, job.attempt, ledger.beat)
        try:
            run(job, self.current)
        finally:
            self.current = None
        return True

    @property
    def is_stuck(self) -> bool:
        """Whether the thread died, or neither works nor asks for work."""
        waits_for_nothing = self.current is None and time.monotonic() - self.asked_at > 60
        return not self.is_alive() or waits_for_nothing


class Worker:
    """A process at work: lanes, the thread that keeps their leases, and the housekeeping of the ledger."""

    def __init__(self, name: str, lanes: Iterable[str] = LANES) -> None:
        self.name = name
        self.stopping = threading.Event()
        self.lanes = [Lane(lane, name, self.stopping) for lane in lanes]
        self._pulse = threading.Thread(target=self._keep_leases, name="pulse", daemon=True)
        self._timetable = Timetable()
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
        if time.monotonic() >= self._purge_at:
            _in_peace(ledger.purge)
            _in_peace(partial(stores.sweep, older_than_s=UNFINISHED_S))
            self._purge_at = time.monotonic() + PURGE_S

    def _wind_down(self) -> None:
        deadline = time.monotonic() + GRACE_S
        for lane in self.lanes:
            if running := lane.current:
                running.stop()
            lane.bell.set()
        for lane in self.lanes:
            lane.join(max(0.0, deadline - time.monotonic()))
            if running := lane.current:
                _release(running)
        connection.close()


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
    return True
