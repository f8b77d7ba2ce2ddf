"""How is work asked for, and how is it called off?"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from foundation.contracts.base import Contract
from foundation.jobs import dispatch, families
from foundation.jobs.errors import KeyTaken
from foundation.jobs.models import Job, State
from foundation.jobs.running import Submission
from foundation.web.requests import current_request_id


def submit(
    kind: str, payload: Contract, *, key: str | None = None, priority: int = 0, run_at: datetime | None = None
) -> Job:
    """Queue a job in the caller's transaction; higher ``priority`` runs first, nothing runs before ``run_at``.

    The same ``key`` always gives the same job, also when two callers submit at once; the first payload wins. Raises
    UnknownKind, and KeyTaken when the key belongs to another kind.
    """
    submission = Submission(kind, payload, key, priority, run_at)
    job = families.new_job(submission, request_id=current_request_id() or uuid4().hex)
    Job.objects.bulk_create([job], ignore_conflicts=key is not None)
    stored = Job.objects.get(id=job.id) if key is None else Job.objects.get(key=key)
    if stored.kind != kind:
        raise KeyTaken(f"The key {key} belongs to a job of kind {stored.kind}.")
    if stored.id == job.id and run_at is None:
        dispatch.announce(job.id, job.lane)
    return stored


def cancel(job_id: UUID) -> Job:
    """Call a job off, and its children: at once if it isn't running, else at its next heartbeat.

    An ended job stays as it is. Raises Job.DoesNotExist.
    """
    with transaction.atomic():
        job = families.lock(job_id)
        if job.state == State.RUNNING:
            Job.objects.filter(id=job.id).update(cancel_requested=True)
        elif not job.has_ended:
            families.cancel_tree(job)
    job.refresh_from_db()
    return job
