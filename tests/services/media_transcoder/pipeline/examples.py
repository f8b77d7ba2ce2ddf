"""Tracks and plans as the stages pass them on, with one thing changed at a time."""

from typing import Any

from services.media_transcoder.pipeline.facts import Colour, Orientation, Selection, SoundTrack, SourceFacts, VideoTrack
from services.media_transcoder.pipeline.plan import plan
from services.media_transcoder.pipeline.planned import EncodePlan


def video(**changes: Any) -> VideoTrack:
    """Return a track of 1920 × 1080 with 30 pictures per second, ten seconds long."""
    fields: dict[str, Any] = {
        "index": 0,
        "codec": "h264",
        "width": 1920,
        "height": 1080,
        "average_rate": 30.0,
        "base_rate": 30.0,
        "pixel_format": "yuv420p",
        "colour": Colour(primaries=1, transfer=1, matrix=1, is_full_range=False),
        "is_decodable": True,
        "frames": 300,
        "duration_s": 10.0,
    }
    return VideoTrack.model_validate(fields | changes)


def sound(**changes: Any) -> SoundTrack:
    """Return a stereo track, ten seconds long."""
    fields: dict[str, Any] = {
        "index": 1,
        "codec": "aac",
        "channels": 2,
        "layout": "stereo",
        "sample_rate": 48000,
        "is_decodable": True,
        "duration_s": 10.0,
    }
    return SoundTrack.model_validate(fields | changes)


def facts(*tracks: VideoTrack | SoundTrack, **changes: Any) -> SourceFacts:
    fields: dict[str, Any] = {
        "demuxer": "mov",
        "sha256": "0" * 64,
        "size_bytes": 1000,
        "streams": len(tracks),
        "duration_s": 10.0,
        "video": tuple(track for track in tracks if isinstance(track, VideoTrack)),
        "sound": tuple(track for track in tracks if isinstance(track, SoundTrack)),
    }
    return SourceFacts.model_validate(fields | changes)


def planned(picture: VideoTrack | None = None, heard: SoundTrack | None = None) -> EncodePlan:
    return plan(Selection(video=picture or video(), sound=heard, duration_s=10.0), demuxer="mov")


def turned(quarter_turns: int) -> Orientation:
    return Orientation(quarter_turns=quarter_turns)
