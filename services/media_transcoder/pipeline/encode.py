"""How does one run of ffmpeg make every rung, the sound and the storyboard, and whose fault is it when it can't?"""

import errno
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from foundation.contracts.base import Contract
from services.media_transcoder.pipeline import limits, refusals
from services.media_transcoder.pipeline.command import SOUND, encode_command
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.errors import Broken, DiskFull, Refused, Stalled
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.runner import Finished, Limits, TimedOut, run

_RESERVE_BYTES = 16 * 1024**2
_LARGEST_GROWTH = 3  # the ladder of a film in few bits takes up to three times its size
_NO_SPACE = ("No space left on device", "Disk quota exceeded")
_LACKING = ("Unknown encoder", "No such filter", "Unrecognized option", "Option not found", "Unknown decoder")
_ENDED = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}


class Encoded(Contract):
    """The files made, by name; they lie in the folder ``encoded``."""

    files: tuple[str, ...]


def encode_whole(film: Film, plan: EncodePlan) -> Encoded:
    """Encode; raises DiskFull, Stalled, Broken, or Refused when ffmpeg can't decode the film at all."""
    check_encoder(film.tools.ffmpeg)
    target = film.work.path / "encoded"
    shutil.rmtree(target, ignore_errors=True)  # an earlier attempt that was killed
    target.mkdir()
    check_space(target, needed_bytes=estimate_bytes(plan, film.source.stat().st_size))
    command = encode_command(
        plan,
        ffmpeg_path=film.tools.ffmpeg,
        threads=film.tools.threads,
        source=film.source.resolve(),
        target=target.resolve(),
    )
    seen = progress_reader(lambda second: film.progress("encode", second / plan.expected.whole_s))
    finished = run_ffmpeg(command, film=film, on_line=seen)
    if finished.code != 0:
        raise Refused(refusals.DAMAGED)
    names = [f"{rung.name}.mp4" for rung in plan.rungs] + ([SOUND] if plan.sound else [])
    if not all((target / name).is_file() for name in names):
        raise Refused(refusals.DAMAGED)
    return Encoded(files=tuple(names))


def run_ffmpeg(command: list[str], *, film: Film, on_line: Callable[[str], None] | None = None) -> Finished:
    """Run ffmpeg on its leash. What is our fault (no space, memory, progress) is raised, other codes are returned."""
    bounds = Limits(memory_bytes=limits.ENCODE_MEMORY_BYTES, silence_s=film.tools.stall_s)
    try:
        finished = run(command, limits=bounds, on_line=on_line)
    except TimedOut as error:
        raise Stalled("The encoder stood still and was stopped.") from error
    if any(words in finished.errors for words in _NO_SPACE):
        raise DiskFull(disk_full_sentence(film.work.path))
    if finished.code in _ENDED:
        raise Broken("The encoder was ended from outside, perhaps because memory ran out.")
    if finished.code and any(words in finished.errors for words in _LACKING):
        raise Broken("This ffmpeg lacks a part that is needed: use the one that comes with the Python packages.")
    return finished


def check_encoder(path: str) -> None:
    """Raise Broken when there is no program at ``path``: no film is to blame for that."""
    if not os.access(path, os.X_OK):
        raise Broken(
            f"There is no ffmpeg at {path}: correct FFMPEG, or leave it empty to use the one that comes along."
        )


def progress_reader(heard: Callable[[float], None]) -> Callable[[str], None]:
    """Return a reader of ``-progress`` lines that passes on the second ffmpeg has reached."""

    def read(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.strip().isdigit():
            heard(int(value) / 1_000_000)

    return read


def estimate_bytes(plan: EncodePlan, source_bytes: int) -> int:
    """Return how much room the work may need: the ladder at its peak rate, the film once more as one file."""
    kbps = [rung.max_kbps for rung in (*plan.rungs, plan.rungs[0])] + [2 * plan.sound.kbps if plan.sound else 0]
    return min(round(sum(kbps) * 125 * plan.expected.whole_s), _LARGEST_GROWTH * source_bytes) + _RESERVE_BYTES


def check_space(folder: Path, *, needed_bytes: int) -> None:
    if shutil.disk_usage(folder).free < needed_bytes:
        raise DiskFull(disk_full_sentence(folder))


def disk_full_sentence(folder: Path) -> str:
    return f"The disk of {folder} is full: make room there, then try again."


def is_disk_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
