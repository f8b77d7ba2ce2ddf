"""How do several processes of one server count together? In files each of them maps, added up by who is asked.

The files are prometheus_client's (its multiprocess mode), in the folder PROMETHEUS_MULTIPROC_DIR, which belongs to one
server and is best kept in memory. What a process counted that has died still counts; all files of a server that has
ended go when its successor begins, for numbers may start from nothing but never shrink.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import prometheus_client
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from foundation.processes import is_alive
from foundation.web.metrics.counting import Counter, Histogram

_FILE = re.compile(r"[a-z_]+_(?P<pid>\d+)\.db")
Twin = prometheus_client.Counter | prometheus_client.Histogram


def twins_of(folder: Path, counters: Iterable[Counter], histograms: Iterable[Histogram]) -> dict[str, Twin]:
    """Return what counts in files of ``folder`` instead of the memory of this process, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    forget_ended(folder)
    twins: dict[str, Twin] = {}
    for one in counters:
        twins[one.name] = prometheus_client.Counter(one.name, one.says, one.labels, registry=None)
    for each in histograms:
        twins[each.name] = prometheus_client.Histogram(
            each.name, each.says, each.labels, buckets=each.bounds, registry=None
        )
    return twins


def report(folder: Path, registry: CollectorRegistry) -> None:
    """Let ``registry`` tell what all processes of the server have counted."""
    folder.mkdir(parents=True, exist_ok=True)
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]


def forget_ended(folder: Path) -> None:
    """Delete the files of a server of which no process is left."""
    owners = {path: int(match["pid"]) for path in folder.iterdir() if (match := _FILE.fullmatch(path.name))}
    if any(is_alive(pid) for pid in set(owners.values()) - {os.getpid()}):
        return
    for path in owners:
        with suppress(FileNotFoundError):  # a sibling that began in the same moment does the same
            path.unlink()
