"""Is an MP4 or MOV whole, readable without a licence, and in colours we know? Looked at before any demuxer."""

from pathlib import Path

from services.media_transcoder.pipeline import boxes, limits, refusals
from services.media_transcoder.pipeline.errors import Refused

_DOLBY_BOXES = (b"dvcC", b"dvvC")
_DOLBY_WITHOUT_BASE_LAYER = 5  # profile 5: colours in IPT, which only a Dolby decoder understands


def check_index(source: Path) -> None:
    """Raise Refused when the index is missing, data ends early, or the film is protected."""
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


def check_descriptions(moov: bytes) -> None:
    """Raise Refused for tracks that are encrypted (ISO/IEC 14496-12 §8.12) or in Dolby Vision profile 5."""
    try:
        tables = [moov[box.start : box.end] for box in boxes.walk(moov) if box.kind == b"stsd"]
    except boxes.BadBoxes as error:
        raise Refused(refusals.UNREADABLE) from error
    for table in tables:
        if table[20:24] in {b"encv", b"enca", b"drmi", b"drms"}:
            raise Refused(refusals.PROTECTED)
        if _dolby_profile(table) == _DOLBY_WITHOUT_BASE_LAYER:
            raise Refused(refusals.DOLBY_VISION)


def _dolby_profile(table: bytes) -> int | None:
    """Return the profile in the Dolby Vision configuration box: 7 bits after two bytes of version."""
    for name in _DOLBY_BOXES:
        at = table.find(name)
        if at >= 0 and len(table) > at + 6:
            return table[at + 6] >> 1
    return None
