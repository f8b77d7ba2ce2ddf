"""What is measured when somebody asks? Each app says so in its ``measures.py``, loaded at the first question.

Every process of a deployable that has its database measures the same: dashboards take the maximum, never the sum.
A measure must be cheap, and is kept for a while all the same: five seconds, or ten times what it took.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.db import DatabaseError, connection
from django.utils.module_loading import autodiscover_modules

from foundation.web.checks import database_ready
from foundation.web.metrics.counting import Gauge, Labels

log = logging.getLogger(__name__)

KEPT_S, KEPT_TIMES = 5.0, 10.0
TIMEOUT_MS = 2000
Read = Callable[[], Iterable[tuple[Labels, float]]]


@dataclass
class Measure:
    """One gauge: ``read`` returns a number for each combination of its labels."""

    name: str
    says: str
    labels: Labels
    read: Read
    needs_database: bool
    numbers: tuple[tuple[Labels, float], ...] = ()
    fresh_until: float = field(default=0.0)

    def refresh(self) -> None:
        """Read again what is no longer fresh; what can't be read is left out, and raised."""
        started = time.monotonic()
        if started < self.fresh_until:
            return
        self.numbers = ()
        self.numbers = tuple(self.read())
        took_s = time.monotonic() - started
        self.fresh_until = started + max(KEPT_S, KEPT_TIMES * took_s)


_measures: dict[str, Measure] = {}
_turn = threading.Lock()


def measure(name: str, says: str, *, labels: Labels = (), needs_database: bool = True) -> Callable[[Read], Read]:
    """Register what reads the gauge ``name``."""

    def register(read: Read) -> Read:
        _measures[name] = Measure(name, says, labels, read, needs_database)
        return read

    return register


@dataclass(frozen=True)
class Findings:
    """What was found: ``failed`` counts the measures that could not be taken."""

    gauges: tuple[Gauge, ...]
    is_database_up: bool
    failed: int


def take_all() -> Findings:
    """Take every measure that is due; one asker at a time, the others get what that one found."""
    _load()
    with _turn:
        is_up = database_ready() is None
        due = [one for one in _measures.values() if is_up or not one.needs_database]
        with _bounded(is_up=is_up):
            failed = sum(not _taken(one) for one in due)
        gauges = tuple(Gauge(one.name, one.says, one.labels, one.numbers) for one in due)
        return Findings(gauges, is_up, failed + len(_measures) - len(due))


@cache
def _load() -> None:
    autodiscover_modules("measures")


def _taken(one: Measure) -> bool:
    try:
        one.refresh()
    except (DatabaseError, OSError) as error:
        log.warning("measure_failed", extra={"measure": one.name, "error": type(error).__name__})
        return False
    return True


@contextmanager
def _bounded(*, is_up: bool) -> Iterator[None]:
    """Let no question take long where the database can promise that: watching must never be what is in the way."""
    if not is_up or connection.vendor != "postgresql":
        yield
        return
    try:
        _set_timeout(f"SET statement_timeout = {TIMEOUT_MS}")
        yield
    finally:
        try:
            _set_timeout("RESET statement_timeout")
        except DatabaseError:
            connection.close()


def _set_timeout(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
