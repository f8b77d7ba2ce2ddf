"""Which code runs which kind of job?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from foundation.contracts.base import Contract
from foundation.jobs.errors import UnknownKind
from foundation.jobs.models import Job
from foundation.jobs.running import Outcome, RunningJob

LANES = ("default", "events")
LEASE_S = 15.0  # a killed worker's job is taken up again after this time
KEEP_S = 7 * 86_400  # how long an ended job can still be looked at

P = TypeVar("P", bound=Contract)
Handler = Callable[[RunningJob, P], Outcome | None]
OnFailed = Callable[[Job], None]


class Nothing(Contract):
    """The payload of a job that needs none."""


@dataclass(frozen=True)
class JobSpec:
    """What the ledger must know about a kind of job."""

    kind: str
    payload: type[Contract]
    handler: Handler[Contract]
    lease_s: float = LEASE_S
    max_attempts: int = 5
    lane: str = "default"
    on_failed: OnFailed | None = None
    keep_s: float = KEEP_S


@dataclass(frozen=True)
class Periodic:
    """A job submitted once per period, counted from 1970."""

    kind: str
    every_s: float


_specs: dict[str, JobSpec] = {}
_periodics: dict[str, Periodic] = {}


def job_handler(
    kind: str,
    *,
    payload: type[P],
    lease_s: float = LEASE_S,
    max_attempts: int = 5,
    lane: str = "default",
    on_failed: OnFailed | None = None,
) -> Callable[[Handler[P]], Handler[P]]:
    """Register the function that runs jobs of ``kind``. It may run twice after a crash: its effect goes into Outcome.

    ``on_failed`` runs in the transaction in which a job ends as failed or cancelled, also when its worker is gone.
    """

    def register(handler: Handler[P]) -> Handler[P]:
        add(JobSpec(kind, payload, handler, lease_s, max_attempts, lane, on_failed))  # type: ignore[arg-type]
        return handler

    return register


def periodic(kind: str, *, every_s: float, lane: str = "default") -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function once per period over all workers, never twice at once; missed periods are skipped."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        @wraps(function)
        def handler(job: RunningJob, payload: Contract) -> None:
            function()

        add(JobSpec(kind, Nothing, handler, max_attempts=1, lane=lane, keep_s=max(3600.0, 2 * every_s)))
        _periodics[kind] = Periodic(kind, every_s)
        return function

    return register


def add(spec: JobSpec) -> None:
    """Register ``spec``; ValueError if the kind is taken by other code or the lane doesn't exist."""
    known = _specs.get(spec.kind)
    if known and known.handler.__module__ != spec.handler.__module__:
        raise ValueError(f"The kind {spec.kind} is already handled in {known.handler.__module__}.")
    if spec.lane not in LANES:
        raise ValueError(f"There is no lane {spec.lane}; use one of {', '.join(LANES)}.")
    _specs[spec.kind] = spec


def spec_of(kind: str) -> JobSpec:
    """Return what is registered for ``kind``; UnknownKind if nothing is."""
    try:
        return _specs[kind]
    except KeyError:
        raise UnknownKind(f"No handler is registered for {kind}.") from None


def specs() -> tuple[JobSpec, ...]:
    """Return everything registered in this process."""
    return tuple(_specs.values())


def is_periodic(kind: str) -> bool:
    """Say whether ``kind`` runs once per period."""
    return kind in _periodics


def periodics() -> tuple[Periodic, ...]:
    """Return the periodic jobs of this process."""
    return tuple(_periodics.values())
