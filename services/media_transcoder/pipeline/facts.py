"""What do we know of a film before deciding anything? Filled by the inspector, stored after the stage ``probe``."""

from pydantic import Field

from foundation.contracts.base import Contract, Sha256


class Colour(Contract):
    """Code points of ITU-T H.273; 2 means unspecified. ``is_full_range`` is None when the film doesn't say."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    is_full_range: bool | None = None


class Orientation(Contract):
    """How to show the coded picture: mirrored left to right first if so, then turned clockwise."""

    quarter_turns: int = Field(default=0, ge=0, le=3)
    is_mirrored: bool = False


class VideoTrack(Contract):
    """One track of pictures. ``aspect`` is that of one pixel; times are in seconds from the start of the film."""

    index: int
    codec: str
    width: int
    height: int
    aspect: float = 1.0
    orientation: Orientation = Orientation()
    average_rate: float = 0.0
    base_rate: float = 0.0
    pixel_format: str = ""
    colour: Colour = Colour()
    is_interlaced: bool = False
    is_cover: bool = False
    is_default: bool = True
    is_decodable: bool = False
    frames: int = 0
    start_s: float = 0.0
    duration_s: float | None = None


class SoundTrack(Contract):
    """One track of sound. ``layout`` is ffmpeg's name, empty when the film doesn't say where the channels belong."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate: int
    is_default: bool = True
    is_special: bool = False
    is_decodable: bool = False
    start_s: float = 0.0
    duration_s: float | None = None


class SourceFacts(Contract):
    """A film as it came. ``demuxer`` is the only one that may open it."""

    demuxer: str
    sha256: Sha256
    size_bytes: int
    streams: int
    duration_s: float | None
    video: tuple[VideoTrack, ...]
    sound: tuple[SoundTrack, ...]


class Selection(Contract):
    """The tracks that make the film, after all limits were checked."""

    video: VideoTrack
    sound: SoundTrack | None
    duration_s: float = Field(gt=0)
