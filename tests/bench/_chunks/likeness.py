"""How close is a film to its source where two chunks meet?"""

import re
import subprocess
from pathlib import Path

import av

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg

_AROUND_S = 10.0
_SCORE = re.compile(r"VMAF score: ([\d.]+)")


def vmaf_at_joint(made: Path, source: Path, second: float) -> float:
    """Return how much ``made`` looks like ``source`` around ``second``, 0 to 100 (VMAF 0.6.1)."""
    first, last = second - _AROUND_S, second + _AROUND_S
    with av.open(str(made)) as film:
        rate = film.streams.video[0].average_rate
    part = f"trim={first}:{last},setpts=PTS-STARTPTS"  # the same pictures of both: those of the made film's own grid
    graph = f"[0:v]{part}[a];[1:v]fps={rate}:start_time=0,{part}[b];[a][b]libvmaf=n_threads=2"
    until = ("-t", str(last + 1), "-i")
    command = [default_ffmpeg(), *until, str(made), *until, str(source), "-filter_complex", graph, "-f", "null", "-"]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    found = _SCORE.search(finished.stderr)
    assert found, finished.stderr[-500:]
    return float(found.group(1))
