"""How are the numbers of this process written down for Prometheus?"""

import json
import platform
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from foundation.web.metrics.counting import COUNTERS, HISTOGRAMS, Gauge, folder_of_counts
from foundation.web.metrics.measures import Findings, take_all
from foundation.web.metrics.shared import report

ROOT = Path(__file__).resolve().parents[3]
BACKUP_STAMP = "last-backup.json"


def exposition(extra: Iterable[Gauge] = ()) -> tuple[bytes, str]:
    """Return the text and its media type; ``extra`` are gauges only the asked process knows."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(tuple(extra)))
    if folder := folder_of_counts():
        report(folder, registry)
    ProcessCollector(registry=registry)  # memory and the like of whoever answers
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    """What prometheus_client asks for families of numbers."""

    def __init__(self, extra: tuple[Gauge, ...]) -> None:
        self._extra = extra

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: that would take every measure twice."""
        return []

    def collect(self) -> Iterator[Metric]:
        found = take_all()
        if folder_of_counts() is None:
            yield from _counted()
        yield from map(_family, (*found.gauges, *self._extra, *_about_us(found)))


def _counted() -> Iterator[Metric]:
    for counter in COUNTERS:
        yield _family(Gauge(counter.name, counter.says, counter.labels, tuple(counter.numbers().items())))
    for histogram in HISTOGRAMS:
        spread = HistogramMetricFamily(histogram.name, histogram.says, labels=histogram.labels)
        for labels, buckets, total in histogram.cells():
            spread.add_metric(labels, buckets, total)
        yield spread


def _family(gauge: Gauge) -> Metric:
    """Return a gauge, or a counter where the name says that it only grows."""
    kind = CounterMetricFamily if gauge.name.endswith("_total") else GaugeMetricFamily
    family = kind(gauge.name, gauge.says, labels=gauge.labels)
    for labels, number in gauge.numbers:
        family.add_metric(labels, number)
    return family


def _about_us(found: Findings) -> Iterator[Gauge]:
    yield _single("mis_database_up", "1 while the database answers.", float(found.is_database_up))
    yield _single("mis_measures_failed", "Measures that could not be taken just now.", float(found.failed))
    built = (_version(), platform.python_version(), django.get_version())
    yield Gauge("mis_build_info", "What runs here; always 1.", ("version", "python", "django"), ((built, 1.0),))
    if (folder := Path(settings.DATA_DIR)).exists():
        disk = shutil.disk_usage(folder)
        yield _single("mis_disk_free_bytes", "Bytes free where DATA_DIR lies.", float(disk.free))
        yield _single("mis_disk_size_bytes", "Bytes of the disk where DATA_DIR lies.", float(disk.total))
    yield from _backup()


def _backup() -> Iterator[Gauge]:
    """Read what ``./hub backup`` left behind; nothing where no backup was ever made from this folder."""
    try:
        made_at = datetime.fromisoformat(json.loads((Path(settings.DATA_DIR) / BACKUP_STAMP).read_text())["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    age_s = (datetime.now(UTC) - made_at).total_seconds()
    yield _single("mis_backup_age_seconds", "How long ago the newest backup was made.", max(0.0, age_s))


def _single(name: str, says: str, number: float) -> Gauge:
    return Gauge(name, says, (), (((), number),))


@cache
def _version() -> str:
    path = ROOT / "pyproject.toml"
    return str(tomllib.loads(path.read_text())["project"]["version"]) if path.exists() else "unknown"
