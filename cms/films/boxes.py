"""What do the bytes of a prepared film carry beside sound and pictures? (ISO/IEC 14496-12)

The boxes of each file are walked by an allow-list: one that nobody thought of counts as metadata. The samples
themselves are not decoded.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CONTAINERS = frozenset(b"moov trak edts mdia minf dinf stbl mvex moof traf mfra udta".split())
_LEAVES = frozenset(
    b"ftyp styp mdat mvhd tkhd mdhd hdlr elst vmhd smhd dref stsd stts stss ctts cslg stsc stsz stz2 stco co64 sgpd "
    b"sbgp sdtp mehd trex mfhd tfhd tfdt trun sidx ssix tfra mfro free skip meta".split()  # codespell:ignore trun
)
_HEADERS_WITH_TIME = {b"mvhd", b"tkhd", b"mdhd"}
_HANDLERS = {b"vide", b"soun", b"mdir"}
_HANDLER_NAMES = {b"", b"VideoHandler", b"SoundHandler"}
_NAMES = {
    b"\xa9xyz": "place",
    b"loci": "place",
    b"\xa9mak": "device",
    b"\xa9mod": "device",
    b"\xa9nam": "title",
    b"\xa9ART": "author",
    b"\xa9cmt": "comment",
}


def metadata_in_film(path: Path) -> tuple[str, ...]:
    """Return the names of what a film file must not carry, each once; a broken file is "unknown format"."""
    try:
        with path.open("rb") as stream:
            return tuple(dict.fromkeys(_in_boxes(stream, 0, path.stat().st_size)))
    except struct.error:
        return ("unknown format",)


def _in_boxes(stream: BinaryIO, position: int, end: int) -> Iterator[str]:
    while position < end:
        kind, start, stop = _box(stream, position, end)
        if kind not in _CONTAINERS | _LEAVES:
            yield _NAMES.get(kind, f"box {kind.decode('latin-1')}")
        elif kind in _CONTAINERS:
            yield from _in_boxes(stream, start, stop)
        elif kind == b"meta":
            yield from _in_meta(stream, start, stop)
        else:
            yield from _in_leaf(stream, kind, start, stop)
        position = stop


def _box(stream: BinaryIO, position: int, end: int) -> tuple[bytes, int, int]:
    """Return type, start and end of the content; struct.error if the box leaves its parent."""
    stream.seek(position)
    size, kind = struct.unpack(">I4s", stream.read(8))
    start = position + 8
    if size == 1:
        size, start = struct.unpack(">Q", stream.read(8))[0], position + 16
    stop = position + size if size else end
    if stop > end or stop < start:
        raise struct.error
    return kind, start, stop


def _in_leaf(stream: BinaryIO, kind: bytes, start: int, stop: int) -> Iterator[str]:
    stream.seek(start)
    if kind in {b"free", b"skip"} and any(stream.read(stop - start)):
        yield "hidden data"
    elif kind in _HEADERS_WITH_TIME and any(_times(stream)):
        yield "recording time"
    elif kind == b"hdlr":
        yield from _in_handler(stream.read(stop - start))


def _times(stream: BinaryIO) -> tuple[int, int]:
    """Creation and modification time; zero means not told."""
    version = struct.unpack(">B3x", stream.read(4))[0]
    width = ">QQ" if version == 1 else ">II"
    created, modified = struct.unpack(width, stream.read(struct.calcsize(width)))
    return created, modified


def _in_handler(content: bytes) -> Iterator[str]:
    """A phone or a camera names itself here, and adds tracks of its own (place, movement, time code)."""
    handler, name = content[8:12], content[24:].strip(b"\0")
    if handler not in _HANDLERS:
        yield f"track {handler.decode('latin-1')}"
    if name not in _HANDLER_NAMES:
        yield "device"


def _in_meta(stream: BinaryIO, start: int, stop: int) -> Iterator[str]:
    """Of a tag list only the name of the encoder may stay."""
    position = start + 4
    while position < stop:
        kind, first, last = _box(stream, position, stop)
        if kind == b"ilst":
            yield from _in_tags(stream, first, last)
        elif kind != b"hdlr":
            yield f"box {kind.decode('latin-1')}"
        position = last


def _in_tags(stream: BinaryIO, position: int, end: int) -> Iterator[str]:
    while position < end:
        kind, _start, position = _box(stream, position, end)
        if kind != b"\xa9too":
            yield _NAMES.get(kind, f"tag {kind.decode('latin-1')}")
