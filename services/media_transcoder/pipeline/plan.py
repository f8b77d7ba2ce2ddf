"""Stage ``plan``: what is to be made of the chosen tracks?"""

import math

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.facts import Colour, Selection, SoundTrack, VideoTrack
from services.media_transcoder.pipeline.ladder import even, rungs_for, shown_size
from services.media_transcoder.pipeline.planned import EncodePlan, Expected, PicturePlan, SoundPlan, Tone
from services.media_transcoder.pipeline.rate import frame_rate, gop_frames

_HDR_TRANSFERS = {16, 18}  # PQ (SMPTE ST 2084) and HLG (ARIB STD-B67)
_WIDE_PRIMARIES = {9, 11, 12}  # BT.2020, DCI-P3, Display P3
_KNOWN_PRIMARIES = {1, 4, 5, 6, 7, 8, 9, 10, 11, 12}
_KNOWN_TRANSFERS = {1, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 18}
_MATRICES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_HD_FROM = 720  # untagged pictures this high are BT.709, smaller ones BT.601: what players assume

_TILES = 100
_TILES_PER_ROW = 10
_TILE_BOX = 160
_TILE_INTERVAL_S = 1.0


def plan(selection: Selection, *, demuxer: str) -> EncodePlan:
    """Decide everything about the result; the same film always gets the same plan."""
    video = selection.video
    rate = frame_rate(video)
    return EncodePlan(
        demuxer=demuxer,
        picture=PicturePlan(
            index=video.index,
            orientation=video.orientation,
            is_interlaced=video.is_interlaced,
            tone=tone_of(video.colour),
            matrix=_matrix(video),
            is_full_range=_is_full_range(video),
            colour=filled(video.colour),
            frame_rate=rate,
            gop_frames=gop_frames(rate),
        ),
        sound=sound_plan(selection.sound) if selection.sound else None,
        rungs=rungs_for(video),
        storyboard=storyboard_plan(video, _end(video) or selection.duration_s),
        expected=Expected(picture_end_s=_end(video), sound_end_s=_end(selection.sound), whole_s=selection.duration_s),
    )


def tone_of(colour: Colour) -> Tone:
    """Tell whether light is coded for HDR screens ("high") or only the colours are wider than BT.709 ("wide")."""
    if colour.transfer in _HDR_TRANSFERS:
        return "high"
    return "wide" if colour.primaries in _WIDE_PRIMARIES else "standard"


def filled(colour: Colour) -> Colour:
    """Return ``colour`` with code points zscale can start from: what is missing or unknown is taken as BT.2020."""
    return Colour(
        primaries=colour.primaries if colour.primaries in _KNOWN_PRIMARIES else 9,
        transfer=colour.transfer if colour.transfer in _KNOWN_TRANSFERS else 1,
        matrix=colour.matrix if colour.matrix in {0, *_MATRICES} else 9,
        is_full_range=colour.is_full_range,
    )


def sound_plan(track: SoundTrack) -> SoundPlan:
    """Mono stays mono, everything else becomes stereo. Loudness is left as its authors mixed it."""
    if track.channels == 1:
        return SoundPlan(index=track.index, channels=1, kbps=80)
    return SoundPlan(index=track.index, channels=2, kbps=128)


def storyboard_plan(video: VideoTrack, duration_s: float) -> StoryboardPlan:
    """One tile a second, fewer for films longer than a hundred seconds; tiles fit into a square of 160 pixels."""
    interval_s = max(_TILE_INTERVAL_S, math.ceil(duration_s / _TILES * 10) / 10)
    tiles = max(1, math.ceil(duration_s / interval_s - 0.1))
    width, height = shown_size(video)
    scale = min(1.0, _TILE_BOX / max(width, height))
    columns = min(_TILES_PER_ROW, tiles)
    return StoryboardPlan(
        columns=columns,
        rows=math.ceil(tiles / columns),
        tile_width=even(width * scale),
        tile_height=even(height * scale),
        interval_s=interval_s,
    )


def _matrix(video: VideoTrack) -> str:
    if video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb", "abgr", "0rgb", "pal")):
        return ""
    assumed = "bt709" if min(video.width, video.height) >= _HD_FROM else "smpte170m"
    return _MATRICES.get(video.colour.matrix, assumed)


def _is_full_range(video: VideoTrack) -> bool:
    return video.colour.is_full_range or (video.colour.is_full_range is None and video.pixel_format.startswith("yuvj"))


def _end(track: VideoTrack | SoundTrack | None) -> float | None:
    return track.start_s + track.duration_s if track and track.duration_s else None
