"""Where is a long film cut so that several workers can encode it at once?

The cuts follow from the film and the profile alone, never from how many workers there are: so do the bytes.
"""

import math
from dataclasses import dataclass
from itertools import count, pairwise, takewhile

from services.media_transcoder.pipeline.planned import EncodePlan

CHUNK_S = 60.0  # a film up to one and a half times as long stays in one piece
SEAM_PICTURES = 8  # so many pictures are decoded on both sides of a cut, and compared
_SECONDS_BEYOND = 1.0  # a film with a hole in its timestamps must not become hours of one still
_SOUND_SHARE = 0.03  # of the work, when all sizes of the picture are the rest


@dataclass(frozen=True)
class Chunk:
    """The pictures ``start`` to ``end`` (exclusive) of the constant grid; the last chunk ends with the film."""

    number: int
    start: int
    end: int
    is_last: bool


def regular_cuts(plan: EncodePlan, *, chunk_s: float) -> tuple[int, ...]:
    """Return where segments begin that are ``chunk_s`` apart; the last piece has half to one and a half of that."""
    gop = plan.picture.gop_frames
    step = gop * max(1, round(chunk_s * plan.picture.frame_rate.exact / gop))
    whole = pictures_of(plan)
    return tuple(takewhile(lambda cut: whole - cut > step / 2, count(step, step)))


def pictures_of(plan: EncodePlan) -> int:
    """Return how many pictures the film will have, as far as its index knows."""
    length_s = plan.expected.picture_end_s or plan.expected.whole_s
    return max(1, round(length_s * plan.picture.frame_rate.exact))


def chunks_of(plan: EncodePlan) -> tuple[Chunk, ...]:
    """Return the chunks of a film, in order; one that isn't cut is one chunk."""
    bounds = [0, *plan.cuts, _utmost(plan)]
    pairs = list(pairwise(bounds))
    return tuple(Chunk(number, *pair, number == len(pairs) - 1) for number, pair in enumerate(pairs))


def end_s(plan: EncodePlan) -> float:
    """Return the second after which nothing is encoded."""
    return plan.expected.whole_s + _SECONDS_BEYOND


def shares(plan: EncodePlan) -> tuple[float, tuple[float, ...]]:
    """Return which share of the work the sound is, and each chunk."""
    whole = max(pictures_of(plan), plan.cuts[-1] + 1 if plan.cuts else 1)
    sound = _SOUND_SHARE if plan.sound else 0.0
    lengths = [min(chunk.end, whole) - chunk.start for chunk in chunks_of(plan)]
    return sound, tuple((1 - sound) * length / whole for length in lengths)


def tiles_before(plan: EncodePlan, picture: int) -> int:
    """Return how many tiles of the storyboard are taken before ``picture``.

    The same arithmetic in doubles as that of ffmpeg's ``select``, so that no tile falls between two chunks.
    """
    board, rate = plan.storyboard, plan.picture.frame_rate
    tick_s = rate.denominator / rate.numerator
    numbers = range(board.columns * board.rows)
    return sum(_first_at(number * board.interval_s, tick_s) < picture for number in numbers)


def _first_at(second: float, tick_s: float) -> int:
    picture = max(0, math.floor(second / tick_s) - 1)
    return next(number for number in count(picture) if number * tick_s >= second)


def _utmost(plan: EncodePlan) -> int:
    return round(end_s(plan) * plan.picture.frame_rate.exact)
