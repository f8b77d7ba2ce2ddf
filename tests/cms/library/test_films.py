"""What becomes of a film page in a release?"""

import pytest
from django.test import Client

from cms.films.models import Film, FilmState
from cms.releases.models import Release
from foundation.contracts.release import ReleasePayload
from tests.cms.factories import make_artwork, make_film, make_film_page, make_translation

pytestmark = pytest.mark.django_db


def released(page: object) -> ReleasePayload:
    return ReleasePayload.model_validate_json(bytes(Release.objects.get().payload))


def test_a_released_film_has_its_files_captions_and_transcript() -> None:
    payload = released(make_film_page(publish=True))

    assert payload.film is not None
    assert (payload.kind, payload.film.width, payload.film.duration_s) == ("film", 640, 2.0)
    assert payload.film.hls.media_type == "application/vnd.apple.mpegurl"
    assert [track.locale for track in payload.film.captions] == ["en"]
    assert payload.film.transcript == "Nour: A screen doesn't protect you."
    assert payload.film.poster == payload.cover
    assert payload.film.poster.alt == "A girl in front of a dark window."


def test_a_poster_of_ones_own_takes_the_place_of_the_films() -> None:
    payload = released(make_film_page(publish=True, poster=make_artwork(size=(200, 100))))

    assert payload.film is not None
    assert (payload.film.poster.width, payload.film.poster.height) == (200, 100)
    assert payload.cover == payload.film.poster


def test_a_film_that_is_not_ready_is_not_released() -> None:
    page = make_film_page(film=make_film(ready=False))

    reasons = page.gate_reasons()

    assert [(reason.code, reason.field) for reason in reasons] == [("film.prepared", "film"), ("film.captions", "film")]


def test_the_poster_must_be_described() -> None:
    [reason] = make_film_page(poster_description="").gate_reasons()

    assert (reason.code, reason.field) == ("alt-text", "poster_description")


def test_a_translated_film_needs_captions_in_its_language() -> None:
    copy = make_translation(make_film_page(), "fr")

    [reason] = copy.gate_reasons()

    assert (reason.code, reason.field) == ("film.captions", "film")


def test_a_page_without_a_film_says_so_once() -> None:
    assert [reason.code for reason in make_film_page(film=None).gate_reasons()] == ["film.prepared"]


def test_a_film_in_trouble_needs_attention_on_the_first_screen(staff: Client) -> None:
    Film.objects.filter(pk=make_film(title="The bus").pk).update(state=FilmState.REFUSED)
    make_film(title="The fine one")

    html = staff.get("/admin/").content.decode()

    assert "The bus</a> The film could not be prepared." in html
    assert "The fine one" not in html
