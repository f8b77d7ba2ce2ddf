"""Stage ``encode``: is a film made in one run, or chunk by chunk, and what becomes of the chunks?"""

import logging
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.chunks import chunks_of, shares
from services.media_transcoder.pipeline.command import SOUND
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.encode import Encoded, encode_whole
from services.media_transcoder.pipeline.joining import SeamVisible, join_track
from services.media_transcoder.pipeline.pieces import Piece, misfit
from services.media_transcoder.pipeline.piecework import make_chunk, make_sound
from services.media_transcoder.pipeline.planned import EncodePlan

log = logging.getLogger(__name__)

_PIECES = "pieces"
Opened = Callable[[int | None, str], AbstractContextManager[Path]]
"""Gives one file, by its name, of the chunk of that number, or of the sound (None)."""


def encode(film: Film, plan: EncodePlan) -> Encoded:
    """Encode here: in one run, or one chunk after the other, each remembered as soon as it is made."""
    if not plan.cuts:
        return encode_whole(film, plan)
    folder = film.work.path / _PIECES
    sound_share, chunk_shares = shares(plan)
    heard = _share(film, 0.0, sound_share)
    sound = film.work.remembered("sound", Piece, lambda: make_sound(film, plan, folder / "sound", heard))
    pieces, done = [], sound_share
    for chunk, share in zip(chunks_of(plan), chunk_shares, strict=True):
        make = partial(make_chunk, film, plan, chunk, folder / str(chunk.number), _share(film, done, share))
        pieces.append(film.work.remembered(f"chunk-{chunk.number}", Piece, make))
        done += share
    try:
        return join(film, plan, pieces, sound, partial(_here, folder))
    except SeamVisible as error:
        return encode_again(film, plan, str(error))


def encode_again(film: Film, plan: EncodePlan, reason: str) -> Encoded:
    """Make a film in one run whose chunks can't be joined."""
    log.warning("film_made_in_one_run", extra={"reason": reason})
    return encode_whole(film, plan)


def join(film: Film, plan: EncodePlan, pieces: list[Piece], sound: Piece, opened: Opened) -> Encoded:
    """Put the files together that were made of the chunks; raises SeamVisible when that would not be the film."""
    reason = misfit(plan, pieces, sound)
    if reason:
        raise SeamVisible(reason)
    try:
        return _joined(film, plan, pieces, opened)
    except boxes.BadBoxes as error:
        raise SeamVisible(str(error)) from error


def forget_pieces(film: Film) -> None:
    """Remove the chunks of a film that is encoded."""
    shutil.rmtree(film.work.path / _PIECES, ignore_errors=True)


def _joined(film: Film, plan: EncodePlan, pieces: list[Piece], opened: Opened) -> Encoded:
    target = film.work.path / "encoded"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    names = [f"{rung.name}.mp4" for rung in plan.rungs]
    for name in names:
        join_track((_reporting(film, opened(number, name)) for number in range(len(pieces))), target / name)
    for number, piece in enumerate(pieces):
        for name in sorted(set(piece.files) - set(names)):
            _copy(opened(number, name), target / name)
    if plan.sound:
        _copy(opened(None, SOUND), target / SOUND)
        names.append(SOUND)
    return Encoded(files=tuple(names))


def _copy(part: AbstractContextManager[Path], target: Path) -> None:
    with part as path:
        shutil.copyfile(path, target)


def _reporting(film: Film, part: AbstractContextManager[Path]) -> AbstractContextManager[Path]:
    """Let a film that was called off stop between two chunks."""
    film.progress("encode", 1.0)
    return part


def _share(film: Film, begin: float, share: float) -> Callable[[float], None]:
    return lambda done: film.progress("encode", begin + share * done)


def _here(folder: Path, number: int | None, name: str) -> AbstractContextManager[Path]:
    return nullcontext(folder / ("sound" if number is None else str(number)) / name)
