"""Where do the segments of a CMAF file lie, and how long is each? (ISO/IEC 23000-19; one moof and mdat per segment)"""

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from services.media_transcoder.pipeline import boxes

_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_DURATION, _SIZE, _FLAGS, _OFFSET = 0x100, 0x200, 0x400, 0x800
_NON_SYNC = 0x00010000


@dataclass(frozen=True)
class Segment:
    """``start`` and ``size`` in bytes, times in ticks of the track."""

    start: int
    size: int
    decode_time: int
    duration: int
    samples: int
    keyframes: int
    first_shown: int


@dataclass(frozen=True)
class Track:
    """One CMAF file: its header is everything before the first segment. The first ``skipped`` ticks are not shown."""

    name: str
    timescale: int
    codec: str
    skipped: int
    header_bytes: int
    size_bytes: int
    segments: tuple[Segment, ...]

    @cached_property
    def duration_s(self) -> float:
        """What is shown or heard; sound is coded with a beginning that is not."""
        ticks = sum(segment.duration for segment in self.segments)
        return (ticks - self.skipped * self.is_sound) / self.timescale

    @property
    def is_sound(self) -> bool:
        return self.codec.startswith("mp4a")

    @property
    def start_s(self) -> float:
        """When the first sample is shown or heard."""
        first = self.segments[0]
        return max(0, first.decode_time + first.first_shown - self.skipped) / self.timescale

    def path_in(self, folder: Path) -> Path:
        return folder / self.name

    @property
    def samples(self) -> int:
        return sum(segment.samples for segment in self.segments)

    @property
    def starts(self) -> tuple[float, ...]:
        return tuple(segment.decode_time / self.timescale for segment in self.segments)

    def seconds(self, segment: Segment) -> float:
        return segment.duration / self.timescale


@dataclass(frozen=True)
class Run:
    """The samples of one ``trun``: ``rows`` is the offset of the first row, ``width`` the bytes of each."""

    flags: int
    count: int
    rows: int
    width: int

    def field(self, data: bytes, row: int, flag: int, code: str = "I") -> int | None:
        """Return one field of a sample, None when rows don't have it."""
        if not self.flags & flag:
            return None
        before = sum(4 for other in (_DURATION, _SIZE, _FLAGS, _OFFSET) if other < flag and self.flags & other)
        (value,) = struct.unpack_from(f">{code}", data, self.rows + row * self.width + before)
        return int(value)


def read_track(path: Path) -> Track:
    """Read the header and every ``moof`` of a CMAF file with one track; raises BadBoxes when it is none."""
    found = list(boxes.top_level(path))
    with path.open("rb") as file:

        def content(box: boxes.Box) -> bytes:
            file.seek(box.start)
            return file.read(box.end - box.start)

        moov = next((content(box) for box in found if box.kind == b"moov"), None)
        if moov is None or found[-1].end != path.stat().st_size:
            raise boxes.BadBoxes(f"{path.name} has no header or is cut off")
        moofs = [(box, content(box)) for box in found if box.kind == b"moof"]
    ends = [box.end for box in found if box.kind == b"mdat"]
    if not moofs or len(moofs) != len(ends):
        raise boxes.BadBoxes(f"{path.name} has no segments")
    return Track(
        name=path.name,
        timescale=_timescale(moov),
        codec=codec_of(moov),
        skipped=_skipped(moov),
        header_bytes=moofs[0][0].start,
        size_bytes=ends[-1],
        segments=tuple(_segment(box, data, end, moov) for (box, data), end in zip(moofs, ends, strict=True)),
    )


def _segment(box: boxes.Box, moof: bytes, end: int, moov: bytes) -> Segment:
    default_duration, default_flags = _defaults(moof, moov)
    decode_time, duration, samples, keyframes, first_shown = _decode_time(moof), 0, 0, 0, 0
    for run in runs(moof):
        first_flags = _first_flags(moof, run)
        for row in range(run.count):
            flags = run.field(moof, row, _FLAGS)
            if flags is None:
                flags = first_flags if row == 0 and first_flags is not None else default_flags
            keyframes += not flags & _NON_SYNC
            duration += run.field(moof, row, _DURATION) or default_duration
        if not samples and run.count:
            first_shown = run.field(moof, 0, _OFFSET, "i") or 0
        samples += run.count
    return Segment(box.start, end - box.start, decode_time, duration, samples, keyframes, first_shown)


def runs(moof: bytes) -> list[Run]:
    """Return the sample runs of a ``moof`` (ISO/IEC 14496-12 §8.8.8)."""
    return [_run(moof, box.payload) for box in boxes.walk(moof) if box.kind == b"trun"]


def _run(moof: bytes, at: int) -> Run:
    flags, count = struct.unpack_from(">II", moof, at)
    flags &= 0xFFFFFF
    rows = at + 8 + (4 if flags & _DATA_OFFSET else 0) + (4 if flags & _FIRST_FLAGS else 0)
    width = sum(4 for flag in (_DURATION, _SIZE, _FLAGS, _OFFSET) if flags & flag)
    return Run(flags, count, rows, width)


def _first_flags(moof: bytes, run: Run) -> int | None:
    if not run.flags & _FIRST_FLAGS:
        return None
    (flags,) = struct.unpack_from(">I", moof, run.rows - 4)
    return int(flags)


def _defaults(moof: bytes, moov: bytes) -> tuple[int, int]:
    """Return duration and flags of samples that don't say: those of the fragment, else of the track."""
    trex = boxes.find(moov, b"moov", b"mvex", b"trex")
    duration, _, flags = struct.unpack_from(">III", moov, trex.payload + 12) if trex else (0, 0, 0)
    tfhd = boxes.find(moof, b"moof", b"traf", b"tfhd")
    if tfhd is None:
        return duration, flags
    (present,) = struct.unpack_from(">I", moof, tfhd.payload)
    at = tfhd.payload + 8
    for flag, size in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
        if present & flag:
            if flag == 0x8:
                (duration,) = struct.unpack_from(">I", moof, at)
            if flag == 0x20:
                (flags,) = struct.unpack_from(">I", moof, at)
            at += size
    return duration, flags


def _decode_time(moof: bytes) -> int:
    tfdt = boxes.find(moof, b"moof", b"traf", b"tfdt")
    if tfdt is None:
        return 0
    code = ">Q" if moof[tfdt.payload] == 1 else ">I"
    (value,) = struct.unpack_from(code, moof, tfdt.payload + 4)
    return int(value)


def _timescale(moov: bytes) -> int:
    mdhd = boxes.find(moov, b"moov", b"trak", b"mdia", b"mdhd")
    if mdhd is None:
        raise boxes.BadBoxes("no media header")
    (value,) = struct.unpack_from(">I", moov, mdhd.payload + (20 if moov[mdhd.payload] == 1 else 12))
    return int(value) or 1


def _skipped(moov: bytes) -> int:
    """Return the media time at which the only edit begins (ISO/IEC 14496-12 §8.6.6); 0 without one."""
    elst = boxes.find(moov, b"moov", b"trak", b"edts", b"elst")
    if elst is None:
        return 0
    is_long = moov[elst.payload] == 1
    (value,) = struct.unpack_from(">q" if is_long else ">i", moov, elst.payload + (16 if is_long else 12))
    return max(0, int(value))


def codec_of(moov: bytes) -> str:
    """Return the name of the codec for playlists (RFC 6381): H.264 with its profile and level, or AAC-LC."""
    at = moov.find(b"avcC")
    if at < 0:
        return "mp4a.40.2"
    return "avc1." + moov[at + 5 : at + 8].hex().upper()
