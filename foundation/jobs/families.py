"""How do a job and its children stay in step? Fan-out, fan-in and cancelling.

Whatever changes more than one job locks the root of the family first and then goes downwards: two such transactions
wait for each other and never across each other, so exactly one of the children is the last to end.
"""

from typing import Any
from uuid import UUID, uuid4

from django.db.models.functions import Now

from foundation.jobs import dispatch
from foundation.jobs.clock import now_plus
from foundation.jobs.errors import UnknownKind
from foundation.jobs.models import ENDED, Job, State
from foundation.jobs.registry import spec_of
from foundation.jobs.running import FanOut, Submission


def new_job(submission: Submission, *, request_id: str, parent: Job | None = None) -> Job:
    """Return a queued job that is not stored yet; UnknownKind, or ValidationError for the payload of another kind."""
    spec = spec_of(submission.kind)
    return Job(
        id=uuid4(),
        kind=spec.kind,
        lane=spec.lane,
        key=f"{parent.id}:{submission.key}" if parent and submission.key else submission.key,
        payload=spec.payload.model_validate(submission.payload).model_dump(mode="json"),
        priority=submission.priority,
        run_at=submission.run_at or Now(),
        publish_at=submission.run_at or now_plus(dispatch.PATIENCE_S),
        max_attempts=spec.max_attempts,
        request_id=request_id,
        parent=parent,
        root_id=(parent.root_id or parent.id) if parent else None,
        created_at=Now(),
    )


def lock(job_id: UUID) -> Job:
    """Lock the job's family and return the job as it is now; Job.DoesNotExist if there is none. Needs a transaction."""
    root_id = Job.objects.values_list("root_id", flat=True).get(id=job_id)
    if root_id is not None:
        Job.objects.select_for_update().get(id=root_id)
    return Job.objects.select_for_update().get(id=job_id)


def launch(parent: Job, fan_out: FanOut) -> None:
    """Queue the children of a waiting parent, or what follows if there are none."""
    children, then = fan_out.children, fan_out.then
    if then and not children:
        children, then = (then,), None
    jobs = [new_job(child, request_id=parent.request_id, parent=parent) for child in children]
    Job.objects.bulk_create(jobs)
    Job.objects.filter(id=parent.id).update(pending_children=len(jobs), then=_packed(then))
    for child, job in zip(children, jobs, strict=True):
        if child.run_at is None:
            dispatch.announce(job.id, job.lane)


def conclude(job: Job) -> None:
    """Draw the consequences of an end just written: tell the app of a failure, count the job off its parent."""
    job.refresh_from_db()
    if job.state != State.SUCCEEDED:
        _tell_app(job)
    if job.parent_id:
        _count_off(Job.objects.get(id=job.parent_id))


def cancel_tree(job: Job) -> None:
    """End a job that is not running as cancelled, and its children with it; those that run are asked to stop."""
    _end(job, State.CANCELLED, "Cancelled.")
    for child in job.children.select_for_update().exclude(state__in=ENDED):
        if child.state == State.RUNNING:
            Job.objects.filter(id=child.id).update(cancel_requested=True)
        else:
            cancel_tree(child)


def _count_off(parent: Job) -> None:
    if parent.state != State.WAITING:
        return  # cancelled meanwhile
    if parent.pending_children > 1:
        Job.objects.filter(id=parent.id).update(pending_children=parent.pending_children - 1)
        return
    lost = parent.children.exclude(state=State.SUCCEEDED).count()
    if lost:
        _end(parent, State.FAILED, f"{lost} of {parent.children.count()} jobs it was waiting for did not succeed.")
    elif parent.then:
        launch(parent, FanOut((_unpacked(parent.then),), None))
    else:
        _end(parent, State.SUCCEEDED, "")


def _end(job: Job, state: State, error: str) -> None:
    progress = {"progress": 1.0} if state == State.SUCCEEDED else {}
    Job.objects.filter(id=job.id).update(
        state=state, error=error, finished_at=Now(), pending_children=0, then=None, **progress
    )
    conclude(job)


def _tell_app(job: Job) -> None:
    try:
        on_failed = spec_of(job.kind).on_failed
    except UnknownKind:
        return  # its code is gone: nobody is left to be told
    if on_failed:
        on_failed(job)


def _packed(then: Submission | None) -> dict[str, Any] | None:
    if then is None:
        return None
    return {
        "kind": then.kind,
        "payload": then.payload.model_dump(mode="json"),
        "key": then.key,
        "priority": then.priority,
        "run_at": then.run_at and then.run_at.isoformat(),
    }


def _unpacked(stored: dict[str, Any]) -> Submission:
    payload = spec_of(stored["kind"]).payload.model_validate(stored["payload"])
    return Submission(**stored | {"payload": payload})
