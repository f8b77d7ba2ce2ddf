"""What does a command cost, and how close is its result to the source?"""

import re
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg

_SCORE = re.compile(r"VMAF score: ([\d.]+)")


@dataclass(frozen=True)
class Cost:
    """Seconds of processor and of waiting."""

    cpu_s: float
    wall_s: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu_s + other.cpu_s, self.wall_s + other.wall_s)


def spend(command: list[str]) -> Cost:
    """Run ``command`` and return what it cost; CalledProcessError if it fails."""
    before, started = _children_cpu_s(), time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return Cost(_children_cpu_s() - before, time.monotonic() - started)


def vmaf(made: Path, source: Path) -> float:
    """Return how much ``made`` looks like ``source``, 0 to 100 (every second picture, VMAF 0.6.1)."""
    graph = "[0:v]setpts=PTS-STARTPTS[a];[1:v]setpts=PTS-STARTPTS[b];[a][b]libvmaf=n_threads=2:n_subsample=2"
    command = [default_ffmpeg(), "-i", str(made), "-i", str(source), "-filter_complex", graph, "-f", "null", "-"]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    found = _SCORE.search(finished.stderr)
    assert found, finished.stderr[-500:]
    return float(found.group(1))


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
