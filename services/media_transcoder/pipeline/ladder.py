"""Which picture sizes are made? Never larger than the source, its shape kept, sides even.

A size is called by the shorter side of the 16:9 box it fits into, whichever way up: 1080×1920 is "1080p", and so is
1920×804.
"""

from services.media_transcoder.pipeline.facts import VideoTrack
from services.media_transcoder.pipeline.planned import Rung

LADDER = (1080, 720, 480, 270)
CRF = 24.0
_TOP_KBPS = 6000  # peak of 1920 × 1080; smaller pictures get less, by pixels to the power of 0.8
_TOP_PIXELS = 1920 * 1080
_CLOSEST = 0.84  # a rung nearer than this to the one above it serves nobody
_SQUARE = 0.01  # pixels this near to square are taken as square: correcting them only blurs


def rungs_for(track: VideoTrack) -> tuple[Rung, ...]:
    """Return the ladder of ``track``, largest first; sizes are as shown, after turning."""
    width, height = shown_size(track)
    source = max(min(width, height), max(width, height) * 9 / 16)
    top = min(source, LADDER[0])
    steps = [top, *(step for step in LADDER if step <= _CLOSEST * top)]
    return tuple(_rung(width, height, step / source, step) for step in steps)


def shown_size(track: VideoTrack) -> tuple[float, float]:
    """Return width and height with square pixels, upright. Wide pixels widen, high ones heighten: no line is lost."""
    width, height = float(track.width), float(track.height)
    if abs(track.aspect - 1) > _SQUARE and 0.1 < track.aspect < 10:
        width, height = (width * track.aspect, height) if track.aspect > 1 else (width, height / track.aspect)
    return (height, width) if track.orientation.quarter_turns % 2 else (width, height)


def _rung(width: float, height: float, scale: float, step: float) -> Rung:
    fit = even if scale == 1 else nearest_even
    scaled = fit(width * scale), fit(height * scale)
    pixels = scaled[0] * scaled[1]
    return Rung(
        name=f"{even(step)}p",
        width=scaled[0],
        height=scaled[1],
        crf=CRF,
        max_kbps=max(100, round(_TOP_KBPS * (pixels / _TOP_PIXELS) ** 0.8)),
    )


def even(side: float) -> int:
    """Return the largest even number that is not above ``side`` (half a pixel forgiven), at least 2."""
    return max(2, int(side + 0.5) // 2 * 2)


def nearest_even(side: float) -> int:
    """Return the even number closest to ``side``, at least 2."""
    return max(2, int(side / 2 + 0.5) * 2)
