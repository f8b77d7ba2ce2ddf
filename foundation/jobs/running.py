"""What does a handler see of the job it runs?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from foundation.contracts.base import Contract
from foundation.jobs.errors import JobInterrupted, WorkerStopping

WRITE_EVERY_S = 1.0  # a handler may report at every frame; the database hears of it once a second


@dataclass(frozen=True)
class Submission:
    """A job to be: what ``submit`` takes, as a value. ``key`` is unique among the children of one parent."""

    kind: str
    payload: Contract
    key: str | None = None
    priority: int = 0
    run_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """How a handler ended well: ``effect`` runs in the transaction that ends the job, or not at all.

    Keep effects short and repeatable: a deadlock or a busy database makes the ledger try the transaction again.
    """

    result: Contract | None = None
    effect: Callable[[], None] | None = None


@dataclass(frozen=True)
class FanOut:
    """The children a job leaves behind, and what follows when all have succeeded."""

    children: tuple[Submission, ...]
    then: Submission | None


@dataclass(frozen=True)
class Lease:
    """The right to run a job: valid while the ledger's fence is ``fence``, for ``lease_s`` seconds from each beat."""

    job_id: UUID
    fence: int
    lease_s: float


class RunningJob:
    """One run of one job. The worker keeps the lease by itself; ``heartbeat`` reports, and asks whether to go on."""

    def __init__(self, lease: Lease, attempt: int, beat: Callable[[Lease, float | None, str | None], None]) -> None:
        self.lease = lease
        self.attempt = attempt
        self.fanned_out: FanOut | None = None
        self._beat = beat
        self._lock = threading.Lock()
        self._progress: float | None = None
        self._stage: str | None = None
        self._written_at = time.monotonic()
        self._interruption: JobInterrupted | None = None

    @property
    def id(self) -> UUID:
        return self.lease.job_id

    def heartbeat(self, progress: float | None = None, stage: str | None = None) -> None:
        """Report a share between 0 and 1 and the name of the stage; cheap enough to be called at every frame.

        Raises JobCancelled, LeaseLost or WorkerStopping (all JobInterrupted): let them pass. Inside a transaction the
        report is seen when that commits.
        """
        with self._lock:
            changed = stage is not None and stage != self._stage
            self._progress = self._progress if progress is None else min(max(progress, 0.0), 1.0)
            self._stage = self._stage if stage is None else stage
            if changed or time.monotonic() - self._written_at >= WRITE_EVERY_S:
                self._write()
            if self._interruption:
                raise self._interruption

    def keep_alive(self) -> None:
        """Renew the lease if a third of it has passed; what it learns is raised at the handler's next heartbeat."""
        if not self._lock.acquire(blocking=False):
            return  # the handler is reporting at this moment
        try:
            if time.monotonic() - self._written_at >= self.lease.lease_s / 3:
                self._write()
        finally:
            self._lock.release()

    def stop(self) -> None:
        """Ask the handler to stop at its next heartbeat and give the job back."""
        with self._lock:
            self._interruption = self._interruption or WorkerStopping("The worker is stopping.")

    def fan_out(self, children: Sequence[Submission], then: Submission | None = None) -> None:
        """Let the job wait, once its handler returns, for ``children`` and, when all have succeeded, for ``then``.

        The job succeeds with the last of them and fails if one fails. Nothing is submitted unless this run finishes.
        """
        if children or then:
            self.fanned_out = FanOut(tuple(children), then)

    def _write(self) -> None:
        if self._interruption:
            return
        try:
            self._beat(self.lease, self._progress, self._stage)
        except JobInterrupted as interruption:
            self._interruption = interruption
        self._written_at = time.monotonic()
