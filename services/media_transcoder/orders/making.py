"""How does a worker make the film of an order, alone or in parts?

What makes films is imported with the first one: web processes and idle workers stay small.
"""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from foundation.contracts.transcoding import FilmManifest
from foundation.jobs.running import RunningJob
from services.media_transcoder.orders.division import Division, FilmPart
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.piece_store import PieceLost, StoredPiece, keep_piece, stored_file
from services.media_transcoder.orders.progress import PartOfFilm, WholeFilm
from services.media_transcoder.orders.publishing import publish_below, work_directory
from services.media_transcoder.orders.queries import request_of, results_of_parts
from services.media_transcoder.orders.sources import master
from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.pieces import Piece

if TYPE_CHECKING:
    from services.media_transcoder.pipeline.context import Film, Report, Tools
    from services.media_transcoder.pipeline.encode import Encoded

Pieces = dict[int | None, StoredPiece]


def make_whole_or_divide(job: RunningJob, order: Order) -> FilmManifest | Division:
    """Prepare a short film; look at a long one and return how the work on it is divided."""
    from services.media_transcoder.pipeline.assembly import encode
    from services.media_transcoder.pipeline.stages import complete, look

    request = request_of(order)
    with master(request, waiting=job.heartbeat) as source:
        film = _film(source, work_directory(order.id), _tools(), WholeFilm(job, order.id))
        plan, sha256 = look(film, announced_sha256=request.source_sha256)
        if plan.cuts:
            return Division(plan=plan, threads=film.tools.threads)
        publish = partial(publish_below, request.output_prefix)
        return complete(film, plan, sha256, encoder=lambda: encode(film, plan), publish=publish)


def make_piece(job: RunningJob, order: Order, part: FilmPart) -> StoredPiece:
    """Make one chunk of a film, or its sound, and keep it for the join."""
    from services.media_transcoder.pipeline.chunks import chunks_of
    from services.media_transcoder.pipeline.piecework import make_chunk, make_sound

    division = Division.model_validate(order.division)
    report = PartOfFilm(job, order.id)
    with _part_folder(job, order, part) as folder, master(request_of(order), waiting=job.heartbeat) as source:
        film = _film(source, folder, _tools(division), report)
        heard = partial(report, "encode")
        if part.number is None:
            piece = make_sound(film, division.plan, folder / "made", heard)
        else:
            piece = make_chunk(film, division.plan, chunks_of(division.plan)[part.number], folder / "made", heard)
        return keep_piece(order, piece, folder / "made", between=job.heartbeat)


def join_pieces(job: RunningJob, order: Order) -> FilmManifest:
    """Put the pieces of a film together and take it through the stages that are left."""
    from services.media_transcoder.pipeline.stages import complete, identity

    division, request = Division.model_validate(order.division), request_of(order)
    film = _film(Path(), work_directory(order.id), _tools(division), WholeFilm(job, order.id))
    film.work.open_for(identity(request.source_sha256))
    encoder = partial(_encoded, job, order, film, division)
    publish = partial(publish_below, request.output_prefix)
    return complete(film, division.plan, request.source_sha256, encoder=encoder, publish=publish)


def _encoded(job: RunningJob, order: Order, film: "Film", division: Division) -> "Encoded":
    """Join the pieces. One that was lost is made again here; the whole film, where they don't fit."""
    from services.media_transcoder.pipeline.assembly import encode_again, join
    from services.media_transcoder.pipeline.chunks import chunks_of
    from services.media_transcoder.pipeline.joining import SeamVisible

    pieces = {number: StoredPiece.model_validate(result) for number, result in results_of_parts(order).items()}
    made = [pieces[chunk.number].piece for chunk in chunks_of(division.plan)]
    sound = pieces[None].piece if None in pieces else Piece()
    remade: set[int | None] = set()
    while True:
        try:
            return join(film, division.plan, made, sound, partial(_opened, order, pieces))
        except SeamVisible as error:
            with master(request_of(order), waiting=job.heartbeat) as source:
                return encode_again(replace(film, source=source), division.plan, str(error))
        except PieceLost as lost:
            if lost.number in remade:
                raise Broken("The store does not keep what is put into it; check it.") from lost
            remade.add(lost.number)
            pieces[lost.number] = make_piece(job, order, FilmPart(order_id=order.id, number=lost.number, share=0))


def _opened(order: Order, pieces: Pieces, number: int | None, name: str) -> AbstractContextManager[Path]:
    return stored_file(order, number, pieces[number].hashes[name])


def _film(source: Path, folder: Path, tools: "Tools", report: "Report") -> "Film":
    from services.media_transcoder.pipeline.context import Film
    from services.media_transcoder.pipeline.workdir import WorkDirectory

    return Film(source=source, work=WorkDirectory(folder), tools=tools, report=report)


def _tools(division: Division | None = None) -> "Tools":
    from services.media_transcoder.pipeline.context import Tools
    from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg, default_threads

    threads = division.threads if division else settings.FFMPEG_THREADS or default_threads()
    return Tools(ffmpeg=settings.FFMPEG or default_ffmpeg(), threads=threads, chunk_s=settings.FILM_CHUNK_S)


@contextmanager
def _part_folder(job: RunningJob, order: Order, part: FilmPart) -> Iterator[Path]:
    """Yield a folder of this run alone; what killed runs of the same part left goes with it."""
    name = "sound" if part.number is None else str(part.number)
    parts = work_directory(order.id) / "parts"
    for left in parts.glob(f"{name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = parts / f"{name}.{job.lease.fence}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
