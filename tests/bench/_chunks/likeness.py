"""How close is a film to its source where two chunks meet?"""

import re
import subprocess
from pathlib import Path

from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg

_AROUND_S = 10.0
_SCORE = re.compile(r"VMAF score: ([\d.]+)")


def vmaf_at_joint(made: Path, source: Path, second: float) -> float:
    """Return how much ``made`` looks like ``source`` around ``second``, 0 to 100 (VMAF 0.6.1)."""
    part = ("-ss", str(second - _AROUND_S), "-t", str(2 * _AROUND_S), "-i")
    same = "fps=30,setpts=PTS-STARTPTS"
    graph = f"[0:v]{same}[a];[1:v]{same}[b];[a][b]libvmaf=n_threads=2"
    command = [default_ffmpeg(), *part, str(made), *part, str(source), "-filter_complex", graph, "-f", "null", "-"]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    found = _SCORE.search(finished.stderr)
    assert found, finished.stderr[-500:]
    return float(found.group(1))
