"""Stage ``probe``: is this a film at all, and what is in it? Nothing is decoded before the file shows what it is."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.media_transcoder.pipeline import limits, refusals
from services.media_transcoder.pipeline.completeness import check_whole
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.facts import SourceFacts
from services.media_transcoder.pipeline.recognise import recognise
from services.media_transcoder.pipeline.runner import Finished, Limits, TimedOut, run

_INSPECTOR = "services.media_transcoder.pipeline.inspector"
_LIMITS = Limits(
    wall_s=limits.INSPECTION_WALL_S,
    cpu_s=limits.INSPECTION_CPU_S,
    memory_bytes=limits.INSPECTION_MEMORY_BYTES,
    niceness=0,
)


def glance(source: Path) -> str:
    """Return the demuxer for ``source`` by its bytes alone; raises Refused. Cheap, so also done after a restart."""
    demuxer = recognise(source)
    check_whole(source, demuxer)
    return demuxer


def sha256_of(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def probe(source: Path, *, sha256: str) -> SourceFacts:
    """Let PyAV look at ``source``, on a leash; raises Refused when it can't make sense of it."""
    demuxer = glance(source)
    seen = _inspect(source.resolve(), demuxer)
    try:
        return SourceFacts(demuxer=demuxer, sha256=sha256, size_bytes=source.stat().st_size, **seen)
    except (ValidationError, TypeError) as error:
        raise Refused(refusals.UNREADABLE) from error


def _inspect(source: Path, demuxer: str) -> dict[str, Any]:
    try:
        finished = run([sys.executable, "-m", _INSPECTOR, demuxer, str(source)], limits=_LIMITS)
    except TimedOut as error:
        raise Refused(refusals.TOO_SLOW_TO_READ) from error
    return _parsed(finished)


def _parsed(finished: Finished) -> dict[str, Any]:
    """A crash of the inspector (a signal, no memory) is a refusal like any other: the film did it."""
    if finished.code != 0:
        raise Refused(refusals.UNREADABLE)
    try:
        seen = json.loads(finished.output)
    except ValueError as error:
        raise Refused(refusals.UNREADABLE) from error
    if not isinstance(seen, dict):
        raise Refused(refusals.UNREADABLE)
    return seen
