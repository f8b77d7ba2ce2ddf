"""Is a film whole, by the sizes it states itself? Looked at before any demuxer."""

import struct
from collections.abc import Callable
from pathlib import Path

from services.media_transcoder.pipeline import boxes, limits, refusals
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.protection import check_descriptions

_HEAD_BYTES = 64 * 1024
_SEGMENT = b"\x18\x53\x80\x67"  # the EBML element that holds all of a Matroska film (RFC 9559 §5.1)


def check_whole(source: Path, demuxer: str) -> None:
    """Raise Refused when ``source`` ends before it says it does, or can't be read without a licence."""
    check = _CHECKS.get(demuxer)
    if check:
        check(source)


def _check_boxes(source: Path) -> None:
    """MP4 and MOV: the index must be there, and no data may lie beyond the end."""
    size = source.stat().st_size
    try:
        found = list(boxes.top_level(source))
    except boxes.BadBoxes as error:
        raise Refused(refusals.UNREADABLE) from error
    index = next((box for box in found if box.kind == b"moov"), None)
    if index is None or any(box.end > size for box in found if box.kind in {b"moov", b"moof", b"mdat"}):
        raise Refused(refusals.CUT_OFF)
    if index.end - index.start > limits.MAX_INDEX_BYTES:
        raise Refused(refusals.UNREADABLE)
    with source.open("rb") as file:
        file.seek(index.start)
        check_descriptions(file.read(index.end - index.start))


def _check_riff(source: Path) -> None:
    """AVI: the first RIFF chunk states its size; what a recorder never came to fill in is 0."""
    with source.open("rb") as file:
        (size,) = struct.unpack("<4xI", file.read(8))
    if size + 8 > source.stat().st_size:
        raise Refused(refusals.CUT_OFF)


def _check_segment(source: Path) -> None:
    """Matroska and WebM: the segment states its size, unless it was recorded live."""
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    at = head.find(_SEGMENT)
    if at < 0:
        raise Refused(refusals.UNREADABLE)
    size, width = _ebml_size(head, at + len(_SEGMENT))
    if size is not None and at + len(_SEGMENT) + width + size > source.stat().st_size:
        raise Refused(refusals.CUT_OFF)


def _ebml_size(data: bytes, at: int) -> tuple[int | None, int]:
    """Return an element's size, None when unknown, and the width of the number (RFC 8794 §4)."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    if not 1 <= width <= 8:
        raise Refused(refusals.UNREADABLE)
    value = int.from_bytes(data[at : at + width], "big") & ((1 << (7 * width)) - 1)
    return (None if value == (1 << (7 * width)) - 1 else value), width


_CHECKS: dict[str, Callable[[Path], None]] = {"mov": _check_boxes, "avi": _check_riff, "matroska": _check_segment}
