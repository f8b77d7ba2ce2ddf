"""What will be made of a film? Stored after the stage ``plan``; the stages behind it decide nothing any more."""

from fractions import Fraction
from typing import Literal

from pydantic import Field

from foundation.contracts.base import Contract
from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.facts import Colour, Orientation

Tone = Literal["standard", "wide", "high"]


class FrameRate(Contract):
    """Pictures per second as a fraction: 30000/1001 has no exact decimal."""

    numerator: int = Field(gt=0)
    denominator: int = Field(gt=0)

    @property
    def exact(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


class Rung(Contract):
    """One picture size of the ladder; ``crf`` and ``max_kbps`` bound its quality and its peaks."""

    name: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    crf: float
    max_kbps: int


class PicturePlan(Contract):
    """How to read the pictures. ``matrix`` is swscale's name of the source's YUV matrix, empty for RGB.

    ``colour`` is what tone mapping starts from, with everything the film left open filled in.
    """

    index: int
    orientation: Orientation
    is_interlaced: bool
    tone: Tone
    matrix: str
    is_full_range: bool
    colour: Colour
    frame_rate: FrameRate
    gop_frames: int = Field(gt=0)


class SoundPlan(Contract):
    """How to read the sound, and how many channels and kilobits per second it gets."""

    index: int
    channels: Literal[1, 2]
    kbps: int


class Expected(Contract):
    """Where pictures and sound of the source end, in seconds; None when the film doesn't say."""

    picture_end_s: float | None
    sound_end_s: float | None
    whole_s: float


class EncodePlan(Contract):
    """Everything the encoder needs to know; ``rungs`` largest first.

    ``cuts``: the pictures at which the second chunk begins, the third …; none for a film that is made in one piece.
    """

    demuxer: str
    picture: PicturePlan
    sound: SoundPlan | None
    rungs: tuple[Rung, ...] = Field(min_length=1)
    storyboard: StoryboardPlan
    expected: Expected
    cuts: tuple[int, ...] = ()

    @property
    def segment_s(self) -> float:
        return float(self.picture.gop_frames / self.picture.frame_rate.exact)
