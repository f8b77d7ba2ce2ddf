"""Is a film released only when it is prepared, readable and clean?"""

from pathlib import Path

import pytest

from cms.films.actions.captions import save_captions
from cms.films.gate import FILM_CHECKS, FilmCaptioned, FilmClean, FilmPrepared
from cms.films.models import CaptionTrack, Film, FilmState, manifest_data
from cms.library.models import FilmPage
from foundation.storage import private_store
from tests.cms.factories import CAPTIONS, make_film_page
from tests.cms.films.prepared import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(clean_footage: Path) -> Film:
    return ready_film(clean_footage)


def ready_film(footage: Path) -> Film:
    film = Film(title="The message", output_prefix="renditions/test/1", master_sha256="a" * 64)
    film.manifest = manifest_data(prepare(film, footage))
    film.prepared_prefix, film.state = film.output_prefix, FilmState.READY
    film.save()
    save_captions(film, "en", CAPTIONS)
    return film


def codes(page: FilmPage) -> list[str]:
    return [reason.code for check in FILM_CHECKS for reason in check(page)]


def test_a_prepared_captioned_and_clean_film_passes(film: Film) -> None:
    assert codes(make_film_page(film=film)) == []


def test_a_page_without_a_film_is_told_so_once() -> None:
    page = make_film_page(film=None)

    assert [reason.message for check in FILM_CHECKS for reason in check(page)] == ["Choose the film."]


@pytest.mark.parametrize(
    ("state", "message", "sentence"),
    [
        (FilmState.EMPTY, "", "The film has no file yet: upload it."),
        (FilmState.QUEUED, "", "The film is still being prepared: wait until it is ready."),
        (FilmState.RUNNING, "", "The film is still being prepared: wait until it is ready."),
        (FilmState.REFUSED, "It is cut off.", "The film could not be prepared. It is cut off."),
    ],
)
def test_a_film_that_is_not_ready_is_named_with_what_to_do(
    film: Film, state: FilmState, message: str, sentence: str
) -> None:
    page = make_film_page(film=film)
    film.state, film.message = state, message
    page.film = film

    [reason] = FilmPrepared()(page)

    assert (reason.code, reason.field, reason.message) == ("film.prepared", "film", sentence)


def test_captions_in_another_language_are_not_enough(film: Film) -> None:
    page = make_film_page(film=film, locale="fr")

    [reason] = FilmCaptioned()(page)

    assert reason.message == "Add captions in French to the film, or mark that nobody speaks in it."
    save_captions(film, "fr", CAPTIONS)
    assert list(FilmCaptioned()(page)) == []


def test_a_film_without_sound_still_needs_captions_unless_marked(film: Film) -> None:
    film.captions.all().delete()
    page = make_film_page(film=film)
    assert film.manifest
    film.manifest["has_sound"] = False
    page.film = film

    assert [reason.code for reason in FilmCaptioned()(page)] == ["film.captions"]
    film.has_no_speech = True
    assert list(FilmCaptioned()(page)) == []


def test_captions_longer_than_a_new_file_are_named(film: Film) -> None:
    page = make_film_page(film=film)
    CaptionTrack.objects.update(vtt="WEBVTT\n\n00:00:01.000 --> 00:00:09.000\nToo long.\n")

    [reason] = FilmCaptioned()(page)

    assert "don't fit the length of the film" in reason.message


def test_a_film_that_tells_its_place_is_not_released(footage: Path) -> None:
    page = make_film_page(film=ready_film(footage))

    [reason] = FilmClean()(page)

    assert (reason.code, reason.field) == ("film.metadata", "film")


def test_a_film_whose_file_is_missing_is_not_released(film: Film) -> None:
    page = make_film_page(film=film)
    private_store().delete(f"{film.prepared_prefix}/hls/90p.mp4")

    [reason] = FilmClean()(page)

    assert reason.message == "A file of the film is missing: upload the film again."
