"""What kind of file is this, by its first bytes and without a demuxer?

The answer names the one demuxer that may open the file, so that a script under the name of a film is never followed.
"""

import stat
from collections.abc import Callable
from pathlib import Path

from services.media_transcoder.pipeline import limits, refusals
from services.media_transcoder.pipeline.errors import Refused

HEAD_BYTES = 4096
_TS_PACKET = 188

_MOV_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif", b"avis", b"crx "}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS")
_SOUNDS = (b"ID3", b"OggS", b"fLaC", b"MThd", b"FORM", b"#!AMR", b"\xff\xfb", b"\xff\xf1")
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"<smil", b"v=0", b"[playlist]", b"RTSP", b"http:", b"https:")


def recognise(source: Path) -> str:
    """Return the name of the demuxer for ``source``; raises Refused with the reason in a sentence."""
    try:
        status = source.stat()
    except (OSError, ValueError) as error:
        raise Refused(refusals.NOT_A_FILE) from error
    if not stat.S_ISREG(status.st_mode):
        raise Refused(refusals.NOT_A_FILE)
    if status.st_size == 0:
        raise Refused(refusals.EMPTY)
    if status.st_size > limits.MAX_SIZE_BYTES:
        raise Refused(refusals.TOO_LARGE)
    with source.open("rb") as file:
        return demuxer_for(file.read(HEAD_BYTES))


def demuxer_for(head: bytes) -> str:
    """Return the demuxer for a file that begins with ``head``; raises Refused when it is no film."""
    for demuxer, matches in _FILMS.items():
        if matches(head):
            return demuxer
    raise Refused(_what_else(head))


def _what_else(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(_PLAYLISTS):
        return refusals.PLAYLIST
    if head.startswith(_PICTURES) or _is_riff(head, b"WEBP") or _is_picture_brand(head):
        return refusals.PICTURE
    if head.startswith(_SOUNDS) or _is_riff(head, b"WAVE"):
        return refusals.SOUND_ONLY
    return refusals.NOT_A_FILM


def _is_mov(head: bytes) -> bool:
    return len(head) >= 8 and head[4:8] in _MOV_FIRST_BOXES and not _is_picture_brand(head)


def _is_picture_brand(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS


def _is_matroska(head: bytes) -> bool:
    return head.startswith(b"\x1a\x45\xdf\xa3")


def _is_avi(head: bytes) -> bool:
    return _is_riff(head, b"AVI ")


def _is_riff(head: bytes, form: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == form


def _is_transport_stream(head: bytes) -> bool:
    """188-byte packets; cameras (AVCHD) put a time code of 4 bytes before each."""
    plain = head[0 : 5 * _TS_PACKET : _TS_PACKET]
    camera = head[4 : 4 + 5 * (_TS_PACKET + 4) : _TS_PACKET + 4]
    return b"G" * 5 in (plain, camera)


def _is_program_stream(head: bytes) -> bool:
    return head.startswith(b"\x00\x00\x01\xba")


_FILMS: dict[str, Callable[[bytes], bool]] = {
    "mov": _is_mov,
    "matroska": _is_matroska,
    "avi": _is_avi,
    "mpegts": _is_transport_stream,
    "mpeg": _is_program_stream,
}
