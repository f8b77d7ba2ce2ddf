"""On which keyframes do seeks land? Runs as a program of its own on a leash; a crash of a demuxer ends only this one.

Usage: python -m services.media_transcoder.pipeline.seeking DEMUXER PATH STREAM SECOND...
Prints, for each second, the time of the first picture packet after seeking there, or null.
"""

import json
import sys

import av
from av.container import InputContainer
from av.stream import Stream

from services.media_transcoder.pipeline.whitelist import demuxer_options

_MAX_PACKETS = 2000


def main(arguments: list[str]) -> None:
    """Print where the seeks land as JSON."""
    demuxer, path, index, *seconds = arguments
    with av.open(f"file:{path}", format=demuxer, options=demuxer_options(demuxer), metadata_errors="replace") as film:
        stream = film.streams[int(index)]
        print(json.dumps([landing_s(film, stream, float(second)) for second in seconds]))  # noqa: T201


def landing_s(film: InputContainer, stream: Stream, second: float) -> float | None:
    """Return when the keyframe is shown that a seek to ``second`` finds; both count from the film's beginning."""
    zero_s = (film.start_time or 0) / av.time_base
    try:
        film.seek(round((second + zero_s) * av.time_base))
        packets = (packet for count, packet in enumerate(film.demux(stream)) if count < _MAX_PACKETS)
        first = next((packet for packet in packets if packet.pts is not None), None)
    except av.FFmpegError:
        return None
    if first is None or first.pts is None or not first.is_keyframe:
        return None
    return float(first.pts * first.time_base) - zero_s


if __name__ == "__main__":
    main(sys.argv[1:])
