"""How many pictures per second does the result have?

Constant, so that segments of all rungs begin on the same pictures, and at most 30: the films are talks and scenes, seen
on phones, and twice the pictures would nearly double the cost of encoding and the bytes. 50 becomes 25 and 60 becomes
30 by leaving out every second picture, which keeps movement even; 24 and 25 stay what they are.
"""

from fractions import Fraction

from services.media_transcoder.pipeline.facts import VideoTrack
from services.media_transcoder.pipeline.planned import FrameRate

CAP = 30
SEGMENT_S = 4
_LOWEST = 5
_NTSC = (Fraction(24000, 1001), Fraction(30000, 1001))
_STANDARD = (*_NTSC, *map(Fraction, (10, 15, 24, 25, 30)))
_BELIEVABLE = 300.0
_SAME = 0.004  # 23.976 and 24 differ by 0.001, but clocks of phones wander by more
_STEADY = 0.25


def frame_rate(track: VideoTrack) -> FrameRate:
    """Return the constant rate for ``track``."""
    exact = _snapped(_halved(_nominal(track)))
    return FrameRate(numerator=exact.numerator, denominator=exact.denominator)


def gop_frames(rate: FrameRate) -> int:
    """Return the pictures of one segment: about four seconds, a whole number of pictures."""
    return max(1, round(SEGMENT_S * rate.exact))


def _nominal(track: VideoTrack) -> float:
    """The base rate is what the camera aimed at; without a believable one, a changing rate is covered by the cap."""
    average, base = track.average_rate, track.base_rate
    if 0 < base <= _BELIEVABLE and base >= average * (1 - _STEADY):
        return base
    return average if _is_steady(average, base) else CAP


def _is_steady(average: float, base: float) -> bool:
    return average > 0 and not base


def _halved(rate: float) -> float:
    parts = 1
    while rate / parts > CAP * (1 + _SAME):
        parts += 1
    return max(rate / parts, _LOWEST)


def _snapped(rate: float) -> Fraction:
    nearest = min(_STANDARD, key=lambda standard: abs(float(standard) - rate))
    if abs(float(nearest) - rate) <= _SAME * rate:
        return nearest
    return Fraction(rate).limit_denominator(1000)
