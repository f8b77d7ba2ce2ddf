"""What do the finished files themselves say? Each check reads one kind of file; a failure is ours, not the film's."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.facts import SourceFacts
from services.media_transcoder.pipeline.fragments import Track
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.probe import probe
from services.media_transcoder.pipeline.runner import Limits, TimedOut, run
from services.media_transcoder.pipeline.scrub import PERSONAL

_RANGE = re.compile(r'BYTERANGE[:=]"?(\d+)@(\d+)"?')
_SPOTCHECK = "services.media_transcoder.pipeline.spotcheck"
_ONE_PICTURE_S = 0.25
_TAGGED_JPEG_SEGMENTS = {*range(0xE1, 0xF0), 0xFE}  # APP1 (EXIF, XMP) to APP15, and comments
_SCAN = 0xDA


def check_playlist(playlist: Path) -> None:
    """Raise Broken unless the ranges of a media playlist cover its file from the first to the last byte, once."""
    text = playlist.read_text()
    ranges = [(int(offset), int(size)) for size, offset in _RANGE.findall(text)]
    if not ranges:
        return
    position = 0
    for offset, size in ranges:
        if offset != position:
            raise Broken(f"{playlist.name} leaves out a part of its file.")
        position += size
    if position != playlist.with_suffix(".mp4").stat().st_size:
        raise Broken(f"{playlist.name} does not reach the end of its file.")


def check_clean(path: Path) -> None:
    """Raise Broken when a box for tags is left anywhere in an MP4."""
    for box in boxes.top_level(path):
        names = {box.kind}
        if box.kind in {b"moov", b"moof"}:
            with path.open("rb") as file:
                file.seek(box.start)
                names |= {inner.kind for inner in boxes.walk(file.read(box.end - box.start))}
        if names & PERSONAL or any(name.startswith(b"\xa9") for name in names):
            raise Broken(f"{path.name} still carries tags.")


def check_picture(path: Path) -> None:
    """Raise Broken when a JPEG carries EXIF, XMP, comments or anything but its picture (ITU-T T.81 annex B)."""
    data = path.read_bytes()
    if data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        raise Broken(f"{path.name} is no whole JPEG.")
    at = 2
    while at + 4 <= len(data) and data[at + 1] != _SCAN:
        if data[at + 1] in _TAGGED_JPEG_SEGMENTS:
            raise Broken(f"{path.name} still carries tags.")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def check_film(path: Path, plan: EncodePlan, duration_s: float) -> None:
    """Raise Broken unless the one-file film begins at zero, upright, with the right length and tracks."""
    facts = probe(path, sha256="0" * 64)
    kinds = (len(facts.video), len(facts.sound))
    if kinds != (1, 1 if plan.sound else 0):
        raise Broken(f"{path.name} lacks a track.")
    starts = [track.start_s for track in facts.video] + [track.start_s for track in facts.sound]
    if max(starts) > _ONE_PICTURE_S:
        raise Broken(f"{path.name} does not begin at zero.")
    if not _is_upright(facts) or abs((facts.video[0].duration_s or 0) - duration_s) > _ONE_PICTURE_S:
        raise Broken(f"{path.name} is turned or has another length than the streams.")


def _is_upright(facts: SourceFacts) -> bool:
    orientation = facts.video[0].orientation
    return orientation.quarter_turns == 0 and not orientation.is_mirrored


def differences(output: Path, plan: EncodePlan, rungs: list[Track]) -> dict[str, float]:
    """Return how far each rung's pictures are from the storyboard, by file; raises Broken when one can't be decoded."""
    asked = {
        "storyboard": str(output / "storyboard.jpg"),
        "board": plan.storyboard.model_dump(),
        "rungs": [str(output / "hls" / rung.name) for rung in rungs],
        "end_s": rungs[0].duration_s,
    }
    try:
        finished = run([sys.executable, "-m", _SPOTCHECK, json.dumps(asked)], limits=Limits(wall_s=300))
    except TimedOut as error:
        raise Broken("The prepared film takes too long to read.") from error
    if finished.code != 0:
        raise Broken("A prepared picture can't be decoded.")
    answer: dict[str, Any] = json.loads(finished.output)
    return {path: float(value) for path, value in answer["differences"].items()}
