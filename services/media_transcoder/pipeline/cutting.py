"""At which of the regular cuts may a film really be cut? Where a keyframe lies shortly before, in files with an index.

Streams without an index (MPEG-TS and PS) and AVI, whose index has no times, are never cut: where a seek ends in them
is a guess.
"""

import json
import sys
from pathlib import Path

from services.media_transcoder.pipeline import chunks
from services.media_transcoder.pipeline.errors import Stalled
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.runner import Limits, TimedOut, run

_SEEKING = "services.media_transcoder.pipeline.seeking"
_EXACT = {"mov", "matroska"}
_LONGEST_LEAD_S = 12.0  # decoded for nothing; encoders left to themselves put a keyframe at every 250th picture
_NEIGHBOURS_S = 0.5  # deinterlacing looks at the pictures around each
_REORDER_S = 3 / 23  # what ffmpeg takes off where an index counts in decoding time
_LIMITS = Limits(wall_s=600, cpu_s=60, memory_bytes=2 * 1024**3, niceness=0)


def cut(plan: EncodePlan, source: Path, *, chunk_s: float) -> EncodePlan:
    """Return ``plan`` with its cuts; without any where the film is short, or can't be entered in the middle."""
    wanted = chunks.regular_cuts(plan, chunk_s=chunk_s) if plan.demuxer in _EXACT else ()
    if not wanted:
        return plan
    landed = _landings(plan, source, wanted)
    usable = (cut for cut, found_s in zip(wanted, landed, strict=True) if _is_near(plan, cut, found_s))
    return plan.model_copy(update={"cuts": tuple(usable)})


def seek_s(plan: EncodePlan, cut: int) -> float:
    """Return where to seek for everything that picture number ``cut`` needs: it shows what is nearest to its moment."""
    second = float((cut + 0.25) / plan.picture.frame_rate.exact)
    return max(0.0, second - _NEIGHBOURS_S if plan.picture.is_interlaced else second)


def _landings(plan: EncodePlan, source: Path, cuts: tuple[int, ...]) -> list[float | None]:
    early_s = _REORDER_S if plan.demuxer == "matroska" else 0.0
    seconds = [f"{max(0.0, seek_s(plan, cut) - early_s):.6f}" for cut in cuts]
    command = [sys.executable, "-m", _SEEKING, plan.demuxer, str(source.resolve()), str(plan.picture.index), *seconds]
    try:
        finished = run(command, limits=_LIMITS)
    except TimedOut as error:
        raise Stalled("Looking for places to cut the film took too long.") from error
    landed: list[float | None] = json.loads(finished.output) if finished.code == 0 else []
    return landed if len(landed) == len(cuts) else [None] * len(cuts)


def _is_near(plan: EncodePlan, cut: int, found_s: float | None) -> bool:
    return found_s is not None and 0 <= seek_s(plan, cut) - found_s <= _LONGEST_LEAD_S
