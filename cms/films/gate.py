"""What must a film have before an edition that shows it may be released?

The checks ask ``edition.film``; a missing film is named once, by ``FilmPrepared``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.artwork.inspection import metadata_in
from cms.films.boxes import metadata_in_film
from cms.films.caption_problems import CaptionsRefused
from cms.films.models import Film, FilmState
from cms.films.queries import situation_of
from cms.films.webvtt import parsed
from cms.releases.gate import Reason
from foundation.contracts.transcoding import FilmFile, FilmManifest
from foundation.storage import StoredFileMissing, local_path, private_store

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage


@dataclass(frozen=True)
class FilmPrepared:
    """There is a film, and its newest file has been prepared."""

    code: str = "film.prepared"
    label = gettext_lazy("The film is prepared.")

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        film = _film_of(edition)
        if film is None:
            yield Reason(self.code, _("Choose the film."), "film")
        elif film.state != FilmState.READY:
            yield Reason(self.code, _not_ready(film), "film")


@dataclass(frozen=True)
class FilmCaptioned:
    """What is said can be read, in the language of the edition, from the first to the last second of this very film."""

    code: str = "film.captions"
    label = gettext_lazy("The film has captions in the language of the page, or nobody speaks in it.")

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        film = _film_of(edition)
        if film is None or film.has_no_speech:
            return
        track = film.captions.filter(locale=edition.language).first()
        if track is None:
            message = _("Add captions in %(language)s to the film, or mark that nobody speaks in it.")
            language = edition.locale.get_display_name()
            yield Reason(self.code, message % {"language": language}, "film")
        elif film.prepared and not _fits(track.vtt, film.prepared):
            yield Reason(self.code, _("The captions don't fit the length of the film any more: correct them."), "film")


@dataclass(frozen=True)
class FilmClean:
    """No file of the film tells place, device or author; asked of the stored bytes."""

    code: str = "film.metadata"
    label = gettext_lazy("The film is free of place, device and author.")

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        film = _film_of(edition)
        if film is None or film.prepared is None or film.state != FilmState.READY:
            return
        try:
            left = [name for file in film.prepared.files for name in _left_in(film.prepared_prefix, file)]
        except StoredFileMissing:
            yield Reason(self.code, _("A file of the film is missing: upload the film again."), "film")
            return
        if left:
            message = _("The prepared film still says where, when or with what it was made: upload it again.")
            yield Reason(self.code, message, "film")


FILM_CHECKS = (FilmPrepared(), FilmCaptioned(), FilmClean())


def _film_of(edition: Any) -> Film | None:
    film: Film | None = edition.film
    return film


def _not_ready(film: Film) -> str:
    situation = situation_of(film)
    if not situation.is_final:
        return _("The film is still being prepared: wait until it is ready.")
    if film.state == FilmState.EMPTY:
        return _("The film has no file yet: upload it.")
    return _("The film could not be prepared. %(reason)s") % {"reason": situation.message}


def _fits(vtt: str, manifest: FilmManifest) -> bool:
    try:
        parsed(vtt, duration_s=manifest.duration_s)
    except CaptionsRefused:
        return False
    return True


def _left_in(prefix: str, file: FilmFile) -> Iterator[str]:
    with local_path(private_store(), f"{prefix}/{file.path}") as path:
        if file.media_type.startswith("image/"):
            yield from metadata_in(path.read_bytes())
        elif file.media_type.startswith(("video/", "audio/")):
            yield from metadata_in_film(path)
