"""How is a file of ISO base media (MP4, MOV, CMAF) built? Reads boxes (ISO/IEC 14496-12 §4.2), decodes nothing."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf", b"udta"}
_MAX_BOXES = 100_000


class BadBoxes(Exception):
    """The boxes contradict each other or the size of the file."""


@dataclass(frozen=True)
class Box:
    """``start`` is where the header begins, ``payload`` where the content does, ``end`` one past the last byte."""

    kind: bytes
    start: int
    payload: int
    end: int


def top_level(path: Path) -> Iterator[Box]:
    """Yield the boxes of a whole file, up to bytes that are none; the last one may end beyond the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        position = 0
        for _ in range(_MAX_BOXES):
            box = _header(file, position, size)
            if box is None:
                return
            yield box
            position = box.end
    raise BadBoxes("more boxes than any film has")


def _header(file: BinaryIO, position: int, size: int) -> Box | None:
    if position + 8 > size:
        return None
    file.seek(position)
    return _parsed(file.read(16), position, size)


def _parsed(head: bytes, position: int, size: int) -> Box | None:
    length, kind = struct.unpack(">I4s", head[:8])
    payload = position + 8
    if length == 1 and len(head) == 16:
        (length,) = struct.unpack(">Q", head[8:16])
        payload = position + 16
    if length == 0:
        length = size - position
    if length < payload - position or not _is_name(kind):
        return None
    return Box(kind, position, payload, position + length)


def _is_name(kind: bytes) -> bool:
    return all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in kind)


def children(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes directly within ``data[start:end]``; raises BadBoxes when one leaves its parent."""
    limit = len(data) if end is None else end
    position = start
    while position + 8 <= limit:
        box = _parsed(data[position : position + 16], position, limit)
        if box is None:
            return
        if box.end > limit:
            raise BadBoxes(f"{box.kind!r} is larger than what it lies in")
        yield box
        position = box.end


def walk(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Box]:
    """Yield every box below ``data[start:end]``, containers before their content."""
    if depth > 10:
        raise BadBoxes("boxes nested deeper than in any film")
    for box in children(data, start, end):
        yield box
        if box.kind in CONTAINERS:
            yield from walk(data, box.payload, box.end, depth + 1)


def find(data: bytes, *path: bytes) -> Box | None:
    """Return the first box at ``path`` (names from outermost to innermost), or None."""
    start, end, found = 0, len(data), None
    for kind in path:
        found = next((box for box in children(data, start, end) if box.kind == kind), None)
        if found is None:
            return None
        start, end = found.payload, found.end
    return found
