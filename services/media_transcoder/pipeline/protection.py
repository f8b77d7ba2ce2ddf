"""Can the tracks of an MP4 or MOV be read by everybody? Their descriptions say so, without decoding."""

from services.media_transcoder.pipeline import boxes, refusals
from services.media_transcoder.pipeline.errors import Refused

_ENCRYPTED = {b"encv", b"enca", b"drmi", b"drms"}
_DOLBY_BOXES = (b"dvcC", b"dvvC")
_DOLBY_WITHOUT_BASE_LAYER = 5  # profile 5: colours in IPT, which only a Dolby decoder understands


def check_descriptions(moov: bytes) -> None:
    """Raise Refused for tracks that are encrypted (ISO/IEC 14496-12 §8.12) or in Dolby Vision profile 5."""
    try:
        tables = [moov[box.start : box.end] for box in boxes.walk(moov) if box.kind == b"stsd"]
    except boxes.BadBoxes as error:
        raise Refused(refusals.UNREADABLE) from error
    for table in tables:
        if table[20:24] in _ENCRYPTED:
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
