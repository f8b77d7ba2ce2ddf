"""Does this file begin as a film does?

Only the family of the file is told, without decoding: whether it can be played is for the transcoder to say.
"""

from django.utils.translation import gettext as _

HEAD_BYTES = 4096
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_PICTURE_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_FAMILIES = (
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\x00\x00\x01\xba", "mpeg-ps"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"OggS", "ogg"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x06\x0e\x2b\x34", "mxf"),
)


class NoFilm(Exception):
    """The file is no film; the message says what to do."""


def family_of(head: bytes) -> str:
    """Return the family of a film file from its first ``HEAD_BYTES``, or all of a shorter one; NoFilm if it is none."""
    if head[4:8] in _BOXES:
        return _iso_family(head)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if _is_transport_stream(head):
        return "mpeg-ts"
    for offset, signature, family in _FAMILIES:
        if head[offset:].startswith(signature):
            return family
    raise NoFilm(_reason(head))


def _iso_family(head: bytes) -> str:
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in _PICTURE_BRANDS:
        raise NoFilm(_("This file is a picture, not a film. Upload it under Images, or choose the film."))
    if brand in _SOUND_BRANDS:
        raise NoFilm(_("This file has only sound. Choose the film itself."))
    return "mp4"


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes begin with 0x47; cameras put four bytes of time before each (M2TS)."""
    return any(
        len(head) > start + 2 * step and all(head[start + step * count] == 0x47 for count in range(3))
        for start, step in ((0, 188), (4, 192))
    )


def _reason(head: bytes) -> str:
    if not head:
        return _("The file is empty. Copy it from the camera or the phone again, then upload it.")
    if head.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"%PDF", b"PK\x03\x04")):
        return _(
            "This file is a picture, a document or an archive, not a film, whatever its name says. Choose the film."
        )
    if _is_text(head):
        return _("This file is text, not a film, whatever its name says. Choose the film itself.")
    return _("This file is no film we know. Export it as MP4 (H.264), then upload it again.")


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8-sig")
    return all(character.isprintable() or character in "\r\n\t\f" for character in text)
