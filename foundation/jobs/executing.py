"""How is a claimed job run to the end of this attempt, and what is written of it?"""

import logging
import time
from collections.abc import Iterable

from django.db import OperationalError, connection

from foundation.jobs import ledger
from foundation.jobs.errors import JobCancelled, LeaseLost, Retryable, Terminal, UnknownKind, WorkerStopping
from foundation.jobs.models import Job
from foundation.jobs.registry import LANES, is_periodic, spec_of
from foundation.jobs.running import Lease, Outcome, RunningJob
from foundation.storage import StoreUnavailable
from foundation.web.metrics.counting import count_run
from foundation.web.requests import request_id_scope

log = logging.getLogger(__name__)


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
    except (Retryable, UnknownKind, StoreUnavailable) as error:
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
