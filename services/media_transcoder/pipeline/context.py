"""What does every stage work with?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundation.contracts.transcoding import Stage
from services.media_transcoder.pipeline import limits
from services.media_transcoder.pipeline.chunks import CHUNK_S
from services.media_transcoder.pipeline.workdir import WorkDirectory

Report = Callable[[Stage, float], None]

# Which part of the whole a stage takes, from where to where.
SHARES: dict[Stage, tuple[float, float]] = {
    "probe": (0.0, 0.01),
    "validate": (0.01, 0.01),
    "plan": (0.01, 0.02),
    "encode": (0.02, 0.90),
    "package": (0.90, 0.95),
    "verify": (0.95, 0.98),
    "publish": (0.98, 1.0),
}


@dataclass(frozen=True)
class Tools:
    """Which ffmpeg, how many threads for each of its encoders, how long it may stand still, and a chunk about be."""

    ffmpeg: str
    threads: int = 1
    stall_s: float = limits.STALL_S
    chunk_s: float = CHUNK_S


@dataclass(frozen=True)
class Film:
    """One film on its way: the source is only read, everything written lies below ``work``.

    ``report`` hears stage and progress of the whole (0 to 1) about twice a second; what it raises stops the work.
    """

    source: Path
    work: WorkDirectory
    tools: Tools
    report: Report

    def progress(self, stage: Stage, done: float) -> None:
        """Report that ``done`` (0 to 1) of ``stage`` is behind us."""
        begin, end = SHARES[stage]
        self.report(stage, begin + (end - begin) * min(1.0, max(0.0, done)))
