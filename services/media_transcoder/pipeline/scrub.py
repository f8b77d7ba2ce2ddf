"""How is the last trace of metadata taken out of an MP4?

Everything is changed in place and keeps its size, so no offset moves; doing it twice changes nothing more.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from services.media_transcoder.pipeline import boxes

PERSONAL = {b"udta", b"meta", b"uuid", b"ilst", b"keys", b"Xtra"}
_COMPRESSOR_AT, _COMPRESSOR_BYTES = 50, 32  # in a visual sample entry (ISO/IEC 14496-12 §12.1.3)


def scrub(path: Path) -> None:
    """Empty every box for tags in ``path`` and the name of the encoder."""
    with path.open("r+b") as file:
        for box in list(boxes.top_level(path)):
            if box.kind in PERSONAL:
                _overwrite(file, box, _as_free_space(box))
            if box.kind == b"moov":
                file.seek(box.start)
                _overwrite(file, box, scrubbed(file.read(box.end - box.start)))


def _overwrite(file: BinaryIO, box: boxes.Box, content: bytes) -> None:
    file.seek(box.start)
    file.write(content)


def _as_free_space(box: boxes.Box) -> bytes:
    return struct.pack(">I4s", box.end - box.start, b"free") + bytes(box.end - box.start - 8)


def scrubbed(moov: bytes) -> bytes:
    """Return ``moov`` with its boxes for tags as free space and the compressor's name blank."""
    data = bytearray(moov)
    for box in reversed(list(boxes.walk(moov))):  # what lies within a box is emptied before the box itself
        if box.kind in PERSONAL:
            data[box.start : box.end] = _as_free_space(box)
        if box.kind == b"stsd" and moov[box.payload + 12 : box.payload + 16] == b"avc1":
            at = box.payload + 8 + _COMPRESSOR_AT
            data[at : at + _COMPRESSOR_BYTES] = bytes(_COMPRESSOR_BYTES)
    return bytes(data)
