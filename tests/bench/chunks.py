"""A film of four minutes prepared in chunks by one worker and by two, beside one run of the encoder."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from tests.bench._chunks.film import make_film
from tests.bench._chunks.likeness import vmaf_at_joint

IN_ONE_RUN_S, IN_CHUNKS_S = "86400", "60"


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


@dataclass(frozen=True)
class Way:
    """How to prepare a film: a worker on each of ``cores`` with one thread per encoder; without any, one on all."""

    name: str
    note: str
    chunk_s: str
    cores: tuple[int, ...]


def ways() -> tuple[tuple[Way, ...], ...]:
    """Return what is measured, one group after the other; a group's workers have cores of their own."""
    first, *others = sorted(os.sched_getaffinity(0))
    second = others[0] if others else first
    whole = Way("run", "one run of the encoder, one worker with one core", IN_ONE_RUN_S, (first,))
    one = Way("one", "in chunks, one worker with one core", IN_CHUNKS_S, (second,))
    two = Way("two", "in chunks, two workers with one core each", IN_CHUNKS_S, (first, second))
    return (whole, one), (two,), (Way("all", "in chunks, one worker with all cores", IN_CHUNKS_S, ()),)


def run(report: Report) -> dict[str, float]:
    """Prepare the same film in every way; the wall clock means something on an idle machine only."""
    with tempfile.TemporaryDirectory(prefix="make-it-safe-bench-") as name:
        folder = Path(name)
        shown = make_film(folder / "source.mp4")
        found: dict[str, dict[str, Any]] = {}
        for group in ways():
            with ThreadPoolExecutor() as beside:
                measured = beside.map(partial(_measured, folder=folder), group)
                found |= {way.name: figures for way, figures in zip(group, measured, strict=True)}
        likeness = {
            name: vmaf_at_joint(folder / name / "film.mp4", folder / "source.mp4", float(IN_CHUNKS_S))
            for name in ("run", "one")
        }
    if found["one"]["hashes"] != found["two"]["hashes"]:
        raise RuntimeError("One worker made other bytes than two.")
    for way in (way for group in ways() for way in group):
        report.add(f"chunks_{way.name}_wall_s", found[way.name]["wall_s"], unit="s", note=way.note)
        report.add(f"chunks_{way.name}_cpu_s", found[way.name]["cpu_s"], unit="s")
    numbers = _ratios(found) | {"chunks_vmaf_lost": likeness["run"] - likeness["one"]}
    for metric, (unit, note) in _notes(found, shown, likeness).items():
        report.add(metric, numbers[metric], unit=unit, note=note)
    return numbers


def _measured(way: Way, *, folder: Path) -> dict[str, Any]:
    data = folder / way.name
    data.mkdir()
    environment = os.environ | {
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "STORAGE_URL": "",
        "QUEUE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.services.media_transcoder.settings",
        "FFMPEG_THREADS": "1" if way.cores else "0",
        "TEST_CHUNK_S": way.chunk_s,
    }
    command = [sys.executable, "-m", "tests.bench._chunks.contender"]
    command += [str(folder / "source.mp4"), str(max(1, len(way.cores))), ",".join(map(str, way.cores))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The film could not be prepared ({way.name}):\n{done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _ratios(found: dict[str, dict[str, Any]]) -> dict[str, float]:
    whole, one, two = found["run"], found["one"], found["two"]
    return {
        "chunks_speedup_two": one["wall_s"] / two["wall_s"],
        "chunks_cpu_overhead": one["cpu_s"] / whole["cpu_s"] - 1,
        "chunks_wall_overhead": one["wall_s"] / whole["wall_s"] - 1,
        "chunks_bytes_overhead": one["bytes"] / whole["bytes"] - 1,
        "chunks_alone_s": two["wall_s"] - two["beside_s"],
        "chunks_idle_share": 1 - two["busy_s"] / (2 * two["beside_s"]),
    }


def _notes(found: dict[str, dict[str, Any]], shown: str, likeness: dict[str, float]) -> dict[str, tuple[str, str]]:
    count = found["two"]["chunks"]
    return {
        "chunks_speedup_two": ("×", f"wall of one worker ÷ two, one core each; {count} chunks and the sound; {shown}"),
        "chunks_cpu_overhead": ("", "CPU of chunks ÷ one run, less one; one worker each"),
        "chunks_wall_overhead": ("", "wall of the same; what an installation with one worker pays"),
        "chunks_bytes_overhead": ("", "bytes of all streams in chunks ÷ one run, less one"),
        "chunks_vmaf_lost": (
            "",
            f"VMAF of one run ({likeness['run']:.2f}) less that of chunks, in the 20 s around the first joint",
        ),
        "chunks_alone_s": ("s", "limit 1: before the first chunk and after the last, when one worker works alone"),
        "chunks_idle_share": ("", "limit 2: of two workers' time beside each other, spent with no chunk left"),
    }
