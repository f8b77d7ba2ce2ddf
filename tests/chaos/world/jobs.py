"""Which work is done while everything dies? Each job puts a file into the public store, leaves a row and an event."""

import hashlib
import time
from functools import partial
from uuid import UUID, uuid5

from django.utils import timezone

from foundation.contracts.base import Contract
from foundation.contracts.publishing import ReleaseRecalled
from foundation.events.actions import record
from foundation.jobs.errors import Retryable
from foundation.jobs.registry import job_handler
from foundation.jobs.running import Outcome, RunningJob, Submission
from foundation.storage import StorageError, content_key, public_store, put
from tests.chaos.world import LEASE_S
from tests.chaos.world.models import Effect

CHILDREN = 3
STUMBLES = 2
LINGERS_S = 1.0
NAMES = UUID("5f0c7a3e-8a51-4f0b-9d58-6f7d2a7a1c11")
ATTEMPTS = 80


class Mark(Contract):
    """Payload: which effect to leave."""

    what: str


@job_handler("world.leave", payload=Mark, lease_s=LEASE_S, max_attempts=ATTEMPTS)
def leave(job: RunningJob, payload: Mark) -> Outcome:
    return left(payload)


@job_handler("world.stumble", payload=Mark, lease_s=LEASE_S, max_attempts=ATTEMPTS)
def stumble(job: RunningJob, payload: Mark) -> Outcome:
    """Need more than one attempt, whoever dies meanwhile."""
    if job.attempt <= STUMBLES:
        raise Retryable("Not yet.", after_s=0.3)
    return left(payload)


@job_handler("world.spread", payload=Mark, lease_s=LEASE_S, max_attempts=ATTEMPTS)
def spread(job: RunningJob, payload: Mark) -> Outcome:
    children = [Submission("world.leave", Mark(what=f"{payload.what}.{n}"), key=str(n)) for n in range(CHILDREN)]
    job.fan_out(children, then=Submission("world.leave", Mark(what=f"{payload.what}.then")))
    return left(payload)


@job_handler("world.linger", payload=Mark, lease_s=LEASE_S, max_attempts=ATTEMPTS)
def linger(job: RunningJob, payload: Mark) -> Outcome:
    """Take a while, so that it can be called off in the middle."""
    ends_at = time.monotonic() + LINGERS_S
    while time.monotonic() < ends_at:
        job.heartbeat((ends_at - time.monotonic()) / LINGERS_S)
        time.sleep(0.02)
    return left(payload)


def left(mark: Mark) -> Outcome:
    sha256 = stored_file(mark.what)
    return Outcome(effect=partial(leave_effect, mark.what, sha256))


def content_of(what: str) -> bytes:
    """Return 64 KB that are another effect's for nobody else."""
    return hashlib.sha256(what.encode()).digest() * 2048


def stored_file(what: str) -> str:
    content = content_of(what)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        return put(public_store(), content_key(sha256, ".bin"), [content]).sha256
    except StorageError as error:
        raise Retryable(f"The store is away: {error}"[:200], after_s=0.5) from error


def leave_effect(what: str, sha256: str) -> None:
    Effect.objects.create(what=what, sha256=sha256)
    record(event_of(what), subject=what, at=timezone.now())


def event_of(what: str) -> ReleaseRecalled:
    """Return an event whose ``recall_id`` names the effect."""
    name = uuid5(NAMES, what)
    return ReleaseRecalled(
        cursor=1, recall_id=name, tool_id=name, kind="film", scope="tool", releases=(), recalled_at=timezone.now()
    )
