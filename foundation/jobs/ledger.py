"""Which transitions may a worker make? Each is one transaction, guarded by the fence it got with its claim.

docs/job-ledger.md draws them. A write under an older fence changes nothing and raises LeaseLost.
"""

import random
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from foundation.contracts.base import Contract
from foundation.jobs import dispatch, families
from foundation.jobs.clock import now_plus
from foundation.jobs.errors import JobCancelled, LeaseLost, UnknownKind
from foundation.jobs.models import ENDED, Job, State
from foundation.jobs.registry import KEEP_S, LEASE_S, spec_of, specs
from foundation.jobs.running import FanOut, Lease, Outcome

BACKOFF_FIRST_S, BACKOFF_LONGEST_S = 2.0, 600.0
BATCH = 200


def claim(lane: str, worker: str) -> tuple[Job, Lease] | None:
    """Take the most urgent job of ``lane`` that may run now; None if there is none. No two workers get the same one."""
    if not _runnable(lane).exists():  # asked without a lock: this is what idle workers do all day
        return None
    with transaction.atomic():
        job = _runnable(lane).select_for_update(skip_locked=True).order_by("-priority", "run_at").first()
        if job is None:
            return None
        lease_s = _lease_s(job.kind)
        Job.objects.filter(id=job.id, state=State.QUEUED).update(
            state=State.RUNNING,
            fence=F("fence") + 1,
            attempt=F("attempt") + 1,
            worker=worker,
            lease_until=now_plus(lease_s),
            started_at=Coalesce(F("started_at"), Now()),
            claimed_at=Now(),
        )
        job.refresh_from_db()
    return job, Lease(job.id, job.fence, lease_s)


def beat(lease: Lease, progress: float | None, stage: str | None) -> None:
    """Renew the lease and note how far the work is; LeaseLost, or JobCancelled if somebody called it off."""
    reported = {"progress": progress, "stage": stage}
    changes = {name: value for name, value in reported.items() if value is not None}
    if not _held(lease).update(lease_until=now_plus(lease.lease_s), **changes):
        raise _lost(lease)
    if _held(lease).filter(cancel_requested=True).exists():
        raise JobCancelled(f"Job {lease.job_id} was cancelled.")


def finish(lease: Lease, outcome: Outcome, fan_out: FanOut | None = None) -> None:
    """End a job well: its state, its effect and what follows from it become true together, once."""
    result = outcome.result and outcome.result.model_dump(mode="json")
    with transaction.atomic():
        job = _locked(lease)
        if fan_out and job.cancel_requested:
            raise JobCancelled(f"Job {lease.job_id} was cancelled before its children were queued.")
        if fan_out:
            _leave(lease, State.WAITING, result=result, error="")
        else:
            _leave(lease, State.SUCCEEDED, result=result, error="", progress=1.0)
        if outcome.effect:
            outcome.effect()
        if fan_out:
            families.launch(job, fan_out)
        else:
            families.conclude(job)


def fail(lease: Lease, error: str, *, result: Contract | None = None) -> None:
    """End a job for good."""
    with transaction.atomic():
        job = _locked(lease)
        _leave(lease, State.FAILED, error=error, result=result and result.model_dump(mode="json"))
        families.conclude(job)


def retry(lease: Lease, error: str, *, after_s: float | None = None) -> None:
    """Queue a job again after ``after_s`` or the backoff; it fails if this was its last attempt."""
    with transaction.atomic():
        job = _locked(lease)
        _queue_again(lease, job, error, backoff_s(job.attempt) if after_s is None else after_s)


def release(lease: Lease) -> None:
    """Give a job back unfinished, without counting the attempt."""
    with transaction.atomic():
        job = _locked(lease)
        Job.objects.filter(id=job.id).update(attempt=F("attempt") - 1)
        job.attempt -= 1
        _queue_again(lease, job, job.error, 0)


def acknowledge_cancel(lease: Lease) -> None:
    """End a running job as cancelled, as somebody asked."""
    with transaction.atomic():
        job = _locked(lease)
        _leave(lease, State.CANCELLED, error="Cancelled.")
        families.conclude(job)


def sweep() -> int:
    """Take back the jobs whose workers stopped answering; return how many."""
    return _take_back(Q(lease_until__lt=Now()), "The worker stopped answering.")


def take_back_from(worker: str) -> int:
    """Take back at once the jobs of a worker of this name: whoever held it is gone."""
    return _take_back(Q(worker=worker), "The worker was restarted.")


def purge() -> int:
    """Delete the jobs that ended long enough ago, with their children; return how many jobs."""
    deleted = sum(_purge(Q(kind=spec.kind), spec.keep_s) for spec in specs())
    return deleted + _purge(~Q(kind__in=[spec.kind for spec in specs()]), KEEP_S)


def backoff_s(attempt: int) -> float:
    """Return how long to wait after attempt number ``attempt``: doubling, capped, and spread over half of it."""
    doublings = min(attempt - 1, 20)  # beyond the cap anyway, and no overflow at the thousandth attempt
    longest = min(BACKOFF_FIRST_S * 2.0**doublings, BACKOFF_LONGEST_S)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards no secret


def _runnable(lane: str) -> QuerySet[Job]:
    return Job.objects.filter(state=State.QUEUED, lane=lane, run_at__lte=Now())


def _held(lease: Lease) -> QuerySet[Job]:
    return Job.objects.filter(id=lease.job_id, fence=lease.fence, state=State.RUNNING)


def _locked(lease: Lease) -> Job:
    try:
        job = families.lock(lease.job_id)
    except Job.DoesNotExist:
        raise _lost(lease) from None
    if job.fence != lease.fence or job.state != State.RUNNING:
        raise _lost(lease)
    return job


def _leave(lease: Lease, state: State, **changes: Any) -> None:
    """Write the end of a run; the fence guards it once more, for databases that don't lock rows."""
    finished_at = Now() if state in ENDED else None
    left = _held(lease).update(state=state, lease_until=None, finished_at=finished_at, **changes)
    if not left:
        raise _lost(lease)


def _queue_again(lease: Lease, job: Job, error: str, delay_s: float) -> None:
    if job.cancel_requested:
        _leave(lease, State.CANCELLED, error="Cancelled.")
    elif job.attempt >= job.max_attempts:
        _leave(lease, State.FAILED, error=error)
    else:
        publish_at = now_plus(delay_s or dispatch.PATIENCE_S)
        _leave(lease, State.QUEUED, error=error, run_at=now_plus(delay_s), publish_at=publish_at)
        if not delay_s:
            dispatch.announce(job.id, job.lane)
        return
    families.conclude(job)


def _take_back(which: Q, error: str) -> int:
    running = Job.objects.filter(which, state=State.RUNNING)
    taken = 0
    for job_id, fence in list(running.values_list("id", "fence")[:BATCH]):
        lease = Lease(job_id, fence, 0)
        with transaction.atomic():
            job = families.lock(job_id)
            if _held(lease).filter(which).exists():  # not renewed and not ended since we looked
                _queue_again(lease, job, error, 0)
                taken += 1
    return taken


def _purge(which: Q, keep_s: float) -> int:
    old = Job.objects.filter(which, parent=None, finished_at__lt=now_plus(-keep_s))
    deleted = 0
    while ids := list(old.values_list("id", flat=True)[:BATCH]):
        deleted += Job.objects.filter(id__in=ids).delete()[0]
    return deleted


def _lease_s(kind: str) -> float:
    try:
        return spec_of(kind).lease_s
    except UnknownKind:
        return LEASE_S


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"Job {lease.job_id} is no longer held under fence {lease.fence}.")
