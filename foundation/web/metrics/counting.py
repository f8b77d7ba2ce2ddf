"""What does this process count as it happens? Requests, runs of jobs, messages to the broker, mails.

Numbers in memory, by labels from small fixed sets: names of routes, kinds and states, never paths, ids or people.
Where METRICS_DIR is set, several processes serve the same port and count in files instead (``shared``).
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from foundation.web.metrics.shared import Twin

Labels = tuple[str, ...]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_lock = threading.Lock()  # held for a microsecond


@dataclass(frozen=True)
class Gauge:
    """Numbers as they are now, by their labels."""

    name: str
    says: str
    labels: Labels
    numbers: tuple[tuple[Labels, float], ...]


@dataclass
class Counter:
    """Grows only; its name ends with ``_total``."""

    name: str
    says: str
    labels: Labels
    _numbers: dict[Labels, float] = field(default_factory=dict)

    def add(self, *labels: str, by: float = 1) -> None:
        if twin := _twin(self.name):
            twin.labels(*labels).inc(by)
            return
        with _lock:
            self._numbers[labels] = self._numbers.get(labels, 0) + by

    def numbers(self) -> dict[Labels, float]:
        with _lock:
            return dict(self._numbers)


@dataclass
class Histogram:
    """Counts values by the smallest of ``bounds`` they fit under."""

    name: str
    says: str
    labels: Labels
    bounds: tuple[float, ...]
    _cells: dict[Labels, tuple[list[int], list[float]]] = field(default_factory=dict)

    def observe(self, value: float, *labels: str) -> None:
        if twin := _twin(self.name):
            twin.labels(*labels).observe(value)
            return
        place = bisect_left(self.bounds, value)
        with _lock:
            counts, total = self._cells.setdefault(labels, ([0] * (len(self.bounds) + 1), [0.0]))
            counts[place] += 1
            total[0] += value

    def cells(self) -> Iterator[tuple[Labels, list[tuple[str, float]], float]]:
        """Yield labels, the cumulative count below each bound, and the sum of all values."""
        with _lock:
            known = [(labels, list(counts), total[0]) for labels, (counts, total) in self._cells.items()]
        for labels, counts, total in known:
            below, buckets = 0, []
            for bound, count in zip((*map(str, self.bounds), "+Inf"), counts, strict=True):
                below += count
                buckets.append((bound, float(below)))
            yield labels, buckets, total


REQUESTS = Histogram(
    "mis_http_request_seconds",
    "Seconds from the first line of a request to its answer, by name of the route.",
    ("route", "method", "status"),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
RUNS = Histogram(
    "mis_job_run_seconds",
    "Seconds a run of a job took, however it ended.",
    ("kind",),
    (0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0),
)
ATTEMPTS = Counter("mis_job_attempts_total", "Runs of jobs, by how they ended.", ("kind", "ending"))
PUBLICATIONS = Counter(
    "mis_queue_publications_total", "Ids of jobs handed to the broker, by what became of it.", ("outcome",)
)
MAILS = Counter("mis_mails_total", "Mails of campaigns, by what became of them.", ("fate",))

COUNTERS = (ATTEMPTS, PUBLICATIONS, MAILS)
HISTOGRAMS = (REQUESTS, RUNS)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; a method nobody knows is called ``other``, so that strangers can't make up series."""
    REQUESTS.observe(seconds, route, method if method in METHODS else "other", str(status))


def count_run(kind: str, *, ending: str, seconds: float) -> None:
    """Count one run of a job."""
    ATTEMPTS.add(kind, ending)
    RUNS.observe(seconds, kind)


def folder_of_counts() -> Path | None:
    """Return where the processes of this server count together; None for one that is a single process."""
    return Path(folder) if (folder := str(getattr(settings, "METRICS_DIR", ""))) else None


def _twin(name: str) -> Any:
    return _twins().get(name)


@cache
def _twins() -> "dict[str, Twin]":
    folder = folder_of_counts()
    if folder is None:
        return {}
    from foundation.web.metrics.shared import twins_of  # 4 MB that a single process should not pay

    return twins_of(folder, COUNTERS, HISTOGRAMS)
