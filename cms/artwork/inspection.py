"""What do the bytes of a picture carry beside its pixels?

Each reader walks the whole file by an allow-list: a part nobody thought of counts as metadata.
"""

import struct
from collections.abc import Iterator

_JPEG_STRUCTURE = {0xC4, 0xCC, 0xDA, 0xDB, 0xDD} | (set(range(0xC0, 0xD0)) - {0xC8})
_PNG_STRUCTURE = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD"}
_WEBP_STRUCTURE = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}  # codespell:ignore alph
_AVIF_STRUCTURE = {b"ftyp", b"meta", b"mdat", b"free"}
_AVIF_META = {b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat"}
_AVIF_ITEMS = {b"av01", b"grid"}
_JPEG_NAMES = {0xE0: "thumbnail", 0xE2: "profile", 0xED: "IPTC", 0xFE: "comment"}


def metadata_in(data: bytes) -> tuple[str, ...]:
    """Return the names of what a picture must not carry, each once; an unknown or broken format is "unknown format"."""
    try:
        return tuple(dict.fromkeys(_found(data)))
    except (IndexError, struct.error):
        return ("unknown format",)


def _found(data: bytes) -> Iterator[str]:
    if data.startswith(b"\xff\xd8"):
        return _in_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _in_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _in_webp(data)
    if data[4:8] == b"ftyp":
        return _in_avif(data)
    return iter(("unknown format",))


def _in_jpeg(data: bytes) -> Iterator[str]:
    position = 2
    while True:
        marker, length = data[position + 1], struct.unpack_from(">H", data, position + 2)[0]
        if data[position] != 0xFF:
            yield "unknown format"
            return
        yield from _in_jpeg_segment(marker, data[position + 4 : position + 2 + length])
        position += 2 + length
        if marker == 0xDA:
            position = _after_scan(data, position)
            if data[position + 1] == 0xD9:
                break
    if position + 2 != len(data):
        yield "data after the picture"


def _after_scan(data: bytes, position: int) -> int:
    """Return where the next marker stands; stuffed zeros and restart markers belong to the scan (ITU T.81 B.1.1.5)."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0:
            raise IndexError
        if data[position + 1] != 0 and not 0xD0 <= data[position + 1] <= 0xD7:
            return position
        position += 2


def _in_jpeg_segment(marker: int, body: bytes) -> Iterator[str]:
    if marker in _JPEG_STRUCTURE or (marker == 0xEE and body.startswith(b"Adobe")):
        return
    if marker == 0xE0 and body.startswith(b"JFIF\0") and body[12:14] == b"\0\0" and len(body) == 14:
        return
    if marker == 0xE1:
        yield "Exif" if body.startswith(b"Exif") else "XMP"
        return
    yield _JPEG_NAMES.get(marker, f"segment {marker:02x}")


def _in_png(data: bytes) -> Iterator[str]:
    position = 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind not in _PNG_STRUCTURE:
            yield f"chunk {kind.decode('latin-1')}"
        position += 12 + length
        if kind == b"IEND":
            break
    if position != len(data):
        yield "data after the picture"


def _in_webp(data: bytes) -> Iterator[str]:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    position = 12
    while position < end:
        kind, length = struct.unpack_from("<4sI", data, position)
        if kind not in _WEBP_STRUCTURE:
            yield f"chunk {kind.decode('latin-1').strip()}"
        position += 8 + length + length % 2
    if end + end % 2 != len(data) + len(data) % 2:
        yield "data after the picture"


def _in_avif(data: bytes) -> Iterator[str]:
    for kind, body in _boxes(data):
        if kind not in _AVIF_STRUCTURE:
            yield f"box {kind.decode('latin-1')}"
        if kind == b"meta":
            yield from _in_avif_meta(body[4:])


def _in_avif_meta(data: bytes) -> Iterator[str]:
    for kind, body in _boxes(data):
        if kind not in _AVIF_META:
            yield f"box {kind.decode('latin-1')}"
        if kind == b"iinf":
            yield from _in_avif_items(body)
        if kind == b"iprp" and (b"colrprof" in body or b"colrrICC" in body):
            yield "profile"


def _in_avif_items(body: bytes) -> Iterator[str]:
    start = 6 if body[0] == 0 else 8
    for _kind, entry in _boxes(body[start:]):
        item = entry[8:12] if entry[0] == 2 else entry[10:14]
        if item not in _AVIF_ITEMS:
            yield item.decode("latin-1")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk the boxes of ISO/IEC 14496-12; a size of zero reaches to the end, a size of one is 64 bits wide."""
    position = 0
    while position < len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, position + 8)[0], 16
        size = size or len(data) - position
        if size < header or position + size > len(data):
            raise IndexError
        yield kind, data[position + header : position + size]
        position += size
