"""How do the chunks of one track become one file, as a single run of the encoder would have written it?

Each chunk is a CMAF file that begins at zero (ISO/IEC 23000-19): the header of the first one stays, and the segments of
all follow, with their numbers and decode times moved on. Not a byte of the pictures changes.
"""

import struct
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.fragments import Track, read_track

_BLOCK_BYTES = 1 << 20


class SeamVisible(Exception):
    """The chunks are not parts of one track: their headers or the lengths of their pictures differ."""


@dataclass
class _Joined:
    """The file so far: its header without the bit rates, its segments and its ticks."""

    header: bytes = b""
    segments: int = 0
    ticks: int = 0
    samples: int = 0


def join_track(parts: Iterable[AbstractContextManager[Path]], target: Path) -> None:
    """Write the chunks in ``parts`` one after the other to ``target``; raises SeamVisible, BadBoxes."""
    joined = _Joined()
    with target.open("wb") as output:
        for part in parts:
            with part as path, path.open("rb") as file:
                _append(joined, read_track(path), file, output)


def _append(joined: _Joined, track: Track, file: BinaryIO, output: BinaryIO) -> None:
    header = file.read(track.header_bytes)
    if not joined.header:
        joined.header = comparable(header)
        output.write(header)
    if comparable(header) != joined.header:
        raise SeamVisible(f"{track.name} is coded in another way than the chunk before it.")
    ticks = sum(segment.duration for segment in track.segments)
    if joined.samples and joined.ticks * track.samples != ticks * joined.samples:
        raise SeamVisible(f"{track.name} has pictures of another length than the chunk before it.")
    for box in boxes.top_level(Path(file.name)):
        if box.start >= track.header_bytes:
            _append_box(joined, box, file, output)
    joined.ticks += ticks
    joined.samples += track.samples


def _append_box(joined: _Joined, box: boxes.Box, file: BinaryIO, output: BinaryIO) -> None:
    file.seek(box.start)
    if box.kind == b"moof":
        joined.segments += 1
        output.write(moved(file.read(box.end - box.start), number=joined.segments, ticks=joined.ticks))
        return
    left = box.end - box.start
    while block := file.read(min(left, _BLOCK_BYTES)):
        output.write(block)
        left -= len(block)


def moved(moof: bytes, *, number: int, ticks: int) -> bytes:
    """Return ``moof`` as segment ``number`` that is decoded ``ticks`` later (ISO/IEC 14496-12 §8.8.5, §8.8.12)."""
    data = bytearray(moof)
    for box in boxes.walk(moof):
        if box.kind == b"mfhd":
            struct.pack_into(">I", data, box.payload + 4, number)
        if box.kind == b"tfdt":
            code = ">Q" if moof[box.payload] == 1 else ">I"
            (begin,) = struct.unpack_from(code, moof, box.payload + 4)
            struct.pack_into(code, data, box.payload + 4, begin + ticks)
    return bytes(data)


def comparable(header: bytes) -> bytes:
    """Return ``header`` with its bit rates blank (``btrt``): they tell of the content of the first segment alone."""
    data = bytearray(header)
    at = header.find(b"btrt")
    if at >= 4:
        data[at + 8 : at + 16] = bytes(8)
    return bytes(data)
