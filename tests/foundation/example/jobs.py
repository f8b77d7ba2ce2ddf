"""What can the example do in the background?"""

import os
import time
from functools import partial
from pathlib import Path

from django_tasks import TaskContext, task

from foundation.contracts.base import Contract
from foundation.jobs.errors import Retryable, Terminal
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob, Submission
from foundation.storage import private_store, put
from tests.foundation.example.models import Trace


class Note(Contract):
    """Payload: what to leave behind."""

    what: str = "done"


class Hold(Contract):
    """Payload: say that the work began, then work until a file appears."""

    began: str
    until: str
    beats: bool = True


def trace(job: RunningJob, what: str) -> None:
    Trace.objects.create(what=what, fence=job.lease.fence, pid=os.getpid())


def trace_failure(job: Job) -> None:
    Trace.objects.create(what=f"on_failed {job.kind} {job.state} {job.error}")


@job_handler("example.note", payload=Note, on_failed=trace_failure)
def note(job: RunningJob, payload: Note) -> Outcome:
    return Outcome(result=payload, effect=partial(trace, job, payload.what))


@job_handler("example.retry", payload=Note, max_attempts=3, on_failed=trace_failure)
def retry(job: RunningJob, payload: Note) -> None:
    raise Retryable(payload.what, after_s=0)


@job_handler("example.refuse", payload=Note, on_failed=trace_failure)
def refuse(job: RunningJob, payload: Note) -> None:
    raise Terminal(payload.what, result=payload)


@job_handler("example.mistake", payload=Note, max_attempts=2)
def mistake(job: RunningJob, payload: Note) -> None:
    raise ZeroDivisionError(payload.what)


@job_handler("example.keep", payload=Note, max_attempts=2)
def keep(job: RunningJob, payload: Note) -> None:
    put(private_store(), "note", [payload.what.encode()])


@job_handler("example.hold", payload=Hold, lease_s=2, on_failed=trace_failure)
def hold(job: RunningJob, payload: Hold) -> Outcome:
    Path(payload.began).write_text(str(os.getpid()))
    while not Path(payload.until).exists():
        time.sleep(0.02)
        if payload.beats:
            job.heartbeat(0.5, "holding")
    return Outcome(effect=partial(trace, job, "held"))


@job_handler("example.spread", payload=Note, on_failed=trace_failure)
def spread(job: RunningJob, payload: Note) -> Outcome:
    """Fan out into two notes (or what the payload says: a kind) and one more that follows."""
    kind = payload.what if payload.what.startswith("example.") else "example.note"
    children = [Submission(kind, Note(what="child"), key=str(number)) for number in range(2)]
    job.fan_out(children, then=Submission("example.note", Note(what="then")))
    return Outcome(effect=partial(trace, job, "spread"))


@periodic("example.tick", every_s=3600)
def tick() -> None:
    Trace.objects.create(what="tick")


@task()
def add(a: int, b: int) -> int:
    return a + b


@task(takes_context=True)
def attempt_number(context: TaskContext) -> int:
    return int(context.attempt)


@task()
def divide(a: int, b: int) -> float:
    return a / b
