"""What does PyAV see in a film? Runs as a program of its own on a leash; a crash of a demuxer ends only this process.

Usage: python -m services.media_transcoder.pipeline.inspector DEMUXER PATH     prints one JSON object.
"""

import json
import struct
import sys
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.media_transcoder.pipeline.limits import MAX_PIXELS, MAX_SIDE
from services.media_transcoder.pipeline.whitelist import DECODERS, demuxer_options

_MAX_PACKETS = 3000
_MAX_STREAMS = 64
_SPECIAL_SOUND = ("comment", "hearing_impaired", "visual_impaired", "dub", "karaoke")


def main(arguments: list[str]) -> None:
    """Print what is in the film as JSON."""
    demuxer, path = arguments
    with av.open(f"file:{path}", format=demuxer, options=demuxer_options(demuxer), metadata_errors="replace") as film:
        print(json.dumps(describe(film)))  # noqa: T201


def describe(film: InputContainer) -> dict[str, Any]:
    """Return the fields of SourceFacts that come from the container."""
    known = [stream for stream in list(film.streams)[:_MAX_STREAMS] if _has_decoder(stream)]
    start_s = (film.start_time or 0) / av.time_base
    pictures = [stream for stream in known if isinstance(stream, VideoStream) and _is_small_enough(stream)]
    frames = first_frames(film, pictures)
    return {
        "streams": len(film.streams),
        "duration_s": film.duration / av.time_base if film.duration else _last_moment(film, pictures, start_s),
        "video": [_video(s, frames.get(s.index), start_s) for s in film.streams.video],
        "sound": [_sound(s, start_s, is_decodable=s in known) for s in film.streams.audio],
    }


def first_frames(film: InputContainer, streams: list[VideoStream]) -> dict[int, VideoFrame]:
    """Decode one frame of each track: only the decoder knows for certain how it is turned and coloured."""
    found: dict[int, VideoFrame] = {}
    waiting = {stream.index for stream in streams}
    for stream in streams:
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"codec_whitelist": DECODERS}
    if not waiting:
        return found
    for count, packet in enumerate(film.demux(streams)):
        if packet.stream.index in waiting:
            frame = _decoded(packet)
            if frame is not None:
                found[packet.stream.index] = frame
                waiting.discard(packet.stream.index)
        if not waiting or count > _MAX_PACKETS:
            break
    return found


def _last_moment(film: InputContainer, streams: list[VideoStream], start_s: float) -> float | None:
    """Read to the end: what a browser has recorded (WebM) doesn't say how long it is."""
    ends = (
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in (film.demux(streams) if streams else ())
        if packet.pts is not None
    )
    last_s = max(ends, default=None)
    return last_s - start_s if last_s is not None else None


def _decoded(packet: Any) -> VideoFrame | None:
    try:
        return next(iter(packet.decode()), None)
    except av.FFmpegError:
        return None  # films cut from a stream begin with packets that lean on what was cut away


def _has_decoder(stream: Stream) -> bool:
    context = stream.codec_context
    return context is not None and context.name in DECODERS.split(",")


def _is_small_enough(stream: VideoStream) -> bool:
    """A picture that will be refused for its size is not decoded first."""
    context = stream.codec_context
    return max(context.width, context.height) <= MAX_SIDE and context.width * context.height <= MAX_PIXELS


def _video(stream: VideoStream, frame: VideoFrame | None, start_s: float) -> dict[str, Any]:
    context = stream.codec_context
    if context is None:
        return {"index": stream.index, "codec": "", "width": 0, "height": 0}
    return {
        "index": stream.index,
        "codec": context.name,
        "width": frame.width if frame else context.width,
        "height": frame.height if frame else context.height,
        "aspect": float(stream.sample_aspect_ratio or 1),
        "orientation": _orientation(stream, frame),
        "average_rate": float(stream.average_rate or 0),
        "base_rate": float(stream.base_rate or 0),
        "pixel_format": frame.format.name if frame else context.pix_fmt or "",
        "colour": _colour(frame or context),
        "is_interlaced": bool(frame and frame.interlaced_frame),
        "is_cover": bool(stream.disposition & stream.disposition.attached_pic),
        "is_default": bool(stream.disposition & stream.disposition.default),
        "is_decodable": frame is not None,
        "frames": stream.frames,
        **_times(stream, start_s),
    }


def _sound(stream: AudioStream, start_s: float, *, is_decodable: bool) -> dict[str, Any]:
    context = stream.codec_context
    disposition = stream.disposition
    return {
        "index": stream.index,
        "codec": context.name if context else "",
        "channels": context.layout.nb_channels if context else 0,
        "layout": context.layout.name if context else "",
        "sample_rate": context.sample_rate if context else 0,
        "is_default": bool(disposition & disposition.default),
        "is_special": any(disposition & getattr(disposition, name) for name in _SPECIAL_SOUND),
        "is_decodable": is_decodable and context.sample_rate > 0,
        **_times(stream, start_s),
    }


def _times(stream: Stream, start_s: float) -> dict[str, float | None]:
    base = float(stream.time_base or 0)
    start = stream.start_time * base - start_s if stream.start_time is not None else 0.0
    return {"start_s": max(0.0, start), "duration_s": stream.duration * base if stream.duration else None}


def _colour(source: Any) -> dict[str, Any]:
    """Code points of ITU-T H.273 and whether black is 0 (MPEG: 16)."""
    return {
        "primaries": int(source.color_primaries),
        "transfer": int(source.color_trc),
        "matrix": int(source.colorspace),
        "is_full_range": {1: False, 2: True}.get(int(source.color_range)),
    }


def _orientation(stream: VideoStream, frame: VideoFrame | None) -> dict[str, Any]:
    """The display matrix counts; a ``rotate`` tag (clockwise degrees, older muxers) where there is none."""
    attached: Any = frame.side_data if frame else ()  # PyAV types its items as text
    for data in attached:
        if data.type.name == "DISPLAYMATRIX":
            return orientation_of(struct.unpack("=9i", bytes(data)[:36]))
    degrees = stream.metadata.get("rotate", "0")
    turns = round(float(degrees) / 90) % 4 if degrees.lstrip("-").isdigit() else 0
    return {"quarter_turns": turns, "is_mirrored": False}


def orientation_of(matrix: tuple[int, ...]) -> dict[str, Any]:
    """Turn a display matrix (ISO/IEC 14496-12 §8.2.2: a b u c d v …) into mirroring followed by quarter turns.

    A point (x, y) is shown at (a·x + c·y, b·x + d·y). A mirrored picture has a negative determinant: taking the
    mirroring (x → -x) out of it first negates a and b, and what is left is a turn.
    """
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    is_mirrored = a * d - b * c < 0
    if is_mirrored:
        a, b = -a, -b
    if abs(a) >= abs(b):
        return {"quarter_turns": 0 if a >= 0 else 2, "is_mirrored": is_mirrored}
    return {"quarter_turns": 1 if b > 0 else 3, "is_mirrored": is_mirrored}


if __name__ == "__main__":
    main(sys.argv[1:])
