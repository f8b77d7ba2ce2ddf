"""How do the demo's films come in? Uploaded in pieces, prepared by the transcoder, captioned, then released."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from cms.films.actions.captions import save_captions
from cms.films.actions.uploads import abandon_upload, begin_upload, receive_part
from cms.films.models import Film, FilmState, Upload, UploadState
from cms.films.queries import situation_of
from cms.library.models import FilmPage, ToolIndexPage
from cms.users.models import User
from infra.local.beginnings import fixed_id
from infra.local.demo.content.films import FILMS, FilmTool
from infra.local.demo.pages import common, release_page

FOLDER = Path(__file__).parent / "films"
PIECE_BYTES = 256 * 1024
LONGEST_WAIT_S = 300.0
LOOK_EVERY_S = 0.5

Masters = dict[str, tuple[FilmTool, Film]]


class FilmNotPrepared(Exception):
    """The transcoder refused a film, or took too long."""


def make_films(user: User) -> Masters:
    """Return the demo's films by file name, made if they are new."""
    made = {}
    for tool in FILMS:
        defaults = {"title": tool.name, "has_no_speech": tool.has_no_speech, "created_by": user}
        film, _ = Film.objects.get_or_create(id=fixed_id(f"film:{tool.file}"), defaults=defaults)
        made[tool.file] = (tool, film)
    return made


def send_films(masters: Masters) -> None:
    """Upload every film that has no master yet; an upload that was interrupted begins anew."""
    for name, (_tool, film) in masters.items():
        underway = film.uploads.filter(state=UploadState.COMPLETE).exists()
        if film.state == FilmState.EMPTY and not underway:
            for left in film.uploads.all():
                abandon_upload(left, at=timezone.now())
            _send(film, FOLDER / name)
            print(f"Uploaded: {name}; it is being prepared.", flush=True)


def _send(film: Film, path: Path) -> None:
    size = path.stat().st_size
    upload: Upload = begin_upload(film, length_bytes=size, filename=path.name, user_id=None, at=timezone.now())
    offset = 0
    for piece in _pieces(path):
        offset = receive_part(upload, offset_bytes=offset, blocks=[piece], at=timezone.now())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def release_films(masters: Masters, user: User) -> None:
    """Wait until each film is prepared, add its captions, and release it in its languages."""
    for tool, film in masters.values():
        ready = wait_until_ready(film)
        for code, edition in tool.editions.items():
            if edition.captions:
                save_captions(ready, code, edition.captions)
            page = FilmPage(
                title=edition.title,
                slug=edition.slug,
                summary=edition.summary,
                credit=edition.credit,
                film=ready,
                transcript=edition.transcript,
                poster_description=edition.poster_description,
                **common(fixed_id(f"tool:{tool.file}"), code, licence=tool.licence, themes=("cyberbullying",)),
            )
            release_page(page, under=ToolIndexPage, user=user)


def wait_until_ready(film: Film) -> Film:
    """Return the film once it is ready, telling how far it is; raises FilmNotPrepared."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    told = -1
    while time.monotonic() < deadline:
        film.refresh_from_db()
        if film.state == FilmState.READY:
            return film
        if film.state in {FilmState.REFUSED, FilmState.FAILED}:
            raise FilmNotPrepared(f"{film.title}: {situation_of(film).message}")
        if film.state == FilmState.RUNNING and int(film.progress * 4) > told:
            told = int(film.progress * 4)
            print(f"{film.title}: {film.progress:.0%} prepared.", flush=True)
        time.sleep(LOOK_EVERY_S)
    raise FilmNotPrepared(f"{film.title} was not ready after {LONGEST_WAIT_S:.0f} s; is the transcoder running?")
