"""How is one chunk of a film made, or its sound?"""

import shutil
from collections.abc import Callable
from pathlib import Path

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.chunk_command import SEAMS, chunk_command, sound_command
from services.media_transcoder.pipeline.chunks import SEAM_PICTURES, Chunk, chunks_of
from services.media_transcoder.pipeline.command import SOUND
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.encode import (
    check_encoder,
    check_space,
    estimate_bytes,
    progress_reader,
    run_ffmpeg,
)
from services.media_transcoder.pipeline.fragments import read_track
from services.media_transcoder.pipeline.pieces import Piece
from services.media_transcoder.pipeline.planned import EncodePlan

Heard = Callable[[float], None]


def make_chunk(film: Film, plan: EncodePlan, chunk: Chunk, folder: Path, heard: Heard) -> Piece:
    """Encode ``chunk`` into ``folder``, which is emptied first; ``heard`` is told which share of it is done."""
    length = chunk.end - chunk.start
    _open(film, folder, estimate_bytes(plan, film.source.stat().st_size) // len(chunks_of(plan)))
    command = chunk_command(
        plan,
        chunk,
        ffmpeg_path=film.tools.ffmpeg,
        threads=film.tools.threads,
        source=film.source.resolve(),
        target=folder.resolve(),
    )
    finished = run_ffmpeg(command, film=film, on_line=_pictures_reader(lambda made: heard(min(1.0, made / length))))
    return _chunk_in(folder, plan, chunk) if finished.code == 0 else Piece()


def make_sound(film: Film, plan: EncodePlan, folder: Path, heard: Heard) -> Piece:
    """Encode the whole sound into ``folder``, which is emptied first; nothing for a silent film."""
    if plan.sound is None:
        return Piece()
    _open(film, folder, round(250 * plan.sound.kbps * plan.expected.whole_s))
    source = film.source.resolve()
    command = sound_command(plan, plan.sound, ffmpeg_path=film.tools.ffmpeg, source=source, target=folder.resolve())
    seen = progress_reader(lambda second: heard(min(1.0, second / plan.expected.whole_s)))
    finished = run_ffmpeg(command, film=film, on_line=seen)
    return Piece(files=(SOUND,)) if finished.code == 0 and (folder / SOUND).is_file() else Piece()


def _open(film: Film, folder: Path, needed_bytes: int) -> None:
    check_encoder(film.tools.ffmpeg)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    check_space(folder, needed_bytes=needed_bytes)


def _chunk_in(folder: Path, plan: EncodePlan, chunk: Chunk) -> Piece:
    try:
        lengths = {read_track(folder / f"{rung.name}.mp4").samples for rung in plan.rungs}
    except (boxes.BadBoxes, FileNotFoundError):
        return Piece()
    if len(lengths) != 1:
        return Piece()
    hashes = _hashes(folder / SEAMS)
    (folder / SEAMS).unlink(missing_ok=True)
    return Piece(
        files=tuple(sorted(path.name for path in folder.iterdir())),
        pictures=lengths.pop(),
        head=tuple(hashes[n] for n in sorted(hashes) if chunk.start <= n < chunk.start + SEAM_PICTURES),
        tail=() if chunk.is_last else tuple(hashes[n] for n in sorted(hashes) if n >= chunk.end),
    )


def _hashes(path: Path) -> dict[int, str]:
    """Read what ffmpeg's ``framehash`` wrote: stream, dts, pts, duration, size, hash."""
    if not path.is_file():
        return {}
    rows = [line.split(",") for line in path.read_text().splitlines() if not line.startswith("#")]
    return {int(row[2]): row[5].strip() for row in rows if len(row) > 5}


def _pictures_reader(heard: Heard) -> Callable[[str], None]:
    """Return a reader of ``-progress`` lines that passes on how many pictures of the top rung are made."""

    def read(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "frame" and value.strip().isdigit():
            heard(int(value))

    return read
