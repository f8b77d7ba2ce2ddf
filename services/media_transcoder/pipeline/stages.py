"""In which order does a film pass the stages, and what happens to its work when one fails?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from foundation.contracts.transcoding import PROFILE_VERSION, FilmManifest
from services.media_transcoder.pipeline.assembly import encode, forget_pieces
from services.media_transcoder.pipeline.context import Film
from services.media_transcoder.pipeline.cutting import cut
from services.media_transcoder.pipeline.encode import Encoded, disk_full_sentence, is_disk_full
from services.media_transcoder.pipeline.errors import Broken, DiskFull, Refused, SourceChanged
from services.media_transcoder.pipeline.facts import Selection, SourceFacts
from services.media_transcoder.pipeline.package import Packaged, package
from services.media_transcoder.pipeline.plan import plan
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.probe import glance, probe, sha256_of
from services.media_transcoder.pipeline.refusals import SOURCE_CHANGED
from services.media_transcoder.pipeline.validate import validate
from services.media_transcoder.pipeline.verify import verify

Publish = Callable[[Film, FilmManifest], None]


def prepare(film: Film, *, publish: Publish, announced_sha256: str = "") -> FilmManifest:
    """Take a film through all stages, from the first one that has no result yet.

    Raises Refused (the work is gone), Broken (the work of finished stages is kept for another attempt), or whatever
    ``film.report`` raises to stop it.
    """
    decided, sha256 = look(film, announced_sha256=announced_sha256)
    return complete(film, decided, sha256, encoder=lambda: encode(film, decided), publish=publish)


def look(film: Film, *, announced_sha256: str = "") -> tuple[EncodePlan, str]:
    """Take a film through the stages before ``encode``; return what is to be made of it, and its hash."""
    with _orderly(film):
        film.progress("probe", 0)
        glance(film.source)
        sha256 = sha256_of(film.source)
        if announced_sha256 and sha256 != announced_sha256:
            raise SourceChanged(SOURCE_CHANGED)
        film.work.open_for(identity(sha256))
        return _decide(film, sha256), sha256


def complete(
    film: Film, decided: EncodePlan, sha256: str, *, encoder: Callable[[], Encoded], publish: Publish
) -> FilmManifest:
    """Take a film through ``encode``, done by ``encoder``, and what is behind it."""
    with _orderly(film):
        film.progress("encode", 0)
        film.work.remembered("encode", Encoded, encoder)
        forget_pieces(film)
        film.progress("package", 0)
        packaged = film.work.remembered("package", Packaged, lambda: package(film, decided))
        film.progress("verify", 0)
        manifest = film.work.remembered("verify", FilmManifest, lambda: _verified(film, decided, packaged, sha256))
        film.progress("publish", 0)
        publish(film, manifest)
        film.progress("publish", 1)
        return manifest


def identity(sha256: str) -> str:
    """Return what a work directory belongs to: a film, and the way it is prepared."""
    return f"{sha256} {PROFILE_VERSION}"


@contextmanager
def _orderly(film: Film) -> Iterator[None]:
    try:
        yield
    except Refused:
        film.work.remove()
        raise
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(disk_full_sentence(film.work.path)) from error
        raise


def _decide(film: Film, sha256: str) -> EncodePlan:
    facts = film.work.remembered("probe", SourceFacts, lambda: probe(film.source, sha256=sha256))
    film.progress("validate", 0)
    selection = film.work.remembered("validate", Selection, lambda: validate(facts))
    film.progress("plan", 0)
    return film.work.remembered("plan", EncodePlan, lambda: _planned(film, selection, facts.demuxer))


def _planned(film: Film, selection: Selection, demuxer: str) -> EncodePlan:
    return cut(plan(selection, demuxer=demuxer), film.source, chunk_s=film.tools.chunk_s)


def _verified(film: Film, decided: EncodePlan, packaged: Packaged, sha256: str) -> FilmManifest:
    """A result that fails is thrown away whole: continuing from it would fail for ever."""
    try:
        return verify(film, decided, packaged, source_sha256=sha256)
    except Broken:
        film.work.remove()
        raise
