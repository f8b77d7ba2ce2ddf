"""How do players find the segments? Playlists for HTTP Live Streaming (RFC 8216), one file per track, byte ranges."""

import math
from dataclasses import dataclass

from services.media_transcoder.pipeline.fragments import Segment, Track
from services.media_transcoder.pipeline.planned import FrameRate, Rung

_SOUND_GROUP = "sound"


@dataclass(frozen=True)
class Variant:
    """One rung with its file and the name of its playlist."""

    rung: Rung
    track: Track
    playlist: str


def media_playlist(track: Track) -> str:
    """Return the playlist of one track; its segments are ranges of the one file beside it."""
    longest = max(track.seconds(segment) for segment in track.segments)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(longest - 0.5))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{track.name}",BYTERANGE="{track.header_bytes}@0"',
    ]
    for segment in track.segments:
        lines += [
            f"#EXTINF:{track.seconds(segment):.5f},",
            f"#EXT-X-BYTERANGE:{segment.size}@{segment.start}",
            track.name,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def master_playlist(variants: list[Variant], rate: FrameRate, sound: Track | None, sound_channels: int) -> str:
    """Return the multivariant playlist: rungs largest first, the sound as a group of its own."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{_SOUND_GROUP}",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{sound_channels}",URI="{sound.name.removesuffix(".mp4")}.m3u8"'
        )
    for variant in variants:
        lines += [_stream_inf(variant, rate, sound), variant.playlist]
    return "\n".join([*lines, ""])


def _stream_inf(variant: Variant, rate: FrameRate, sound: Track | None) -> str:
    tracks = [variant.track, *([sound] if sound else [])]
    attributes = [
        f"BANDWIDTH={sum(peak_bps(track) for track in tracks)}",
        f"AVERAGE-BANDWIDTH={sum(average_bps(track) for track in tracks)}",
        f'CODECS="{",".join(track.codec for track in tracks)}"',
        f"RESOLUTION={variant.rung.width}x{variant.rung.height}",
        f"FRAME-RATE={float(rate.exact):.3f}",
    ]
    if sound:
        attributes.append(f'AUDIO="{_SOUND_GROUP}"')
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)


def peak_bps(track: Track) -> int:
    """Return the highest rate of a segment; a short last one may seem higher than it is felt."""
    whole = [segment for segment in track.segments if _is_whole(track, segment)] or list(track.segments)
    return max(math.ceil(segment.size * 8 / track.seconds(segment)) for segment in whole)


def average_bps(track: Track) -> int:
    return math.ceil(sum(segment.size for segment in track.segments) * 8 / track.duration_s)


def _is_whole(track: Track, segment: Segment) -> bool:
    return segment.duration * 2 >= track.segments[0].duration
