"""Do the screens of films show what there is, and do what they say?"""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.films.actions.captions import save_captions
from cms.films.jobs import tidy
from cms.films.models import CaptionTrack, Film, FilmState, Leftover
from cms.library.models import FilmPage
from foundation.storage import private_store
from tests.cms.factories import CAPTIONS, make_film_page, make_user
from tests.cms.films.test_gate import ready_film
from tests.stores import keys_below

pytestmark = pytest.mark.django_db


def test_a_film_begins_with_its_title(staff: Client) -> None:
    response = staff.post(reverse("films:add"), {"title": "Behind the screen"})

    film = Film.objects.get()
    assert response.headers["Location"] == reverse("films:edit", args=[film.pk])
    assert (film.title, film.state) == ("Behind the screen", FilmState.EMPTY)
    assert film.created_by is not None
    shown = staff.get(response.headers["Location"]).content.decode()
    assert "Drop the film here, or choose it." in shown
    assert 'role="progressbar"' in shown


def test_the_page_of_a_film_holds_no_script_or_style_of_its_own(staff: Client, film: Film) -> None:
    shown = staff.get(reverse("films:edit", args=[film.pk])).content.decode()

    ours = shown[shown.index('class="film-sections"') :]
    ours = ours[: ours.index("</noscript>")]
    assert "style=" not in ours
    assert "onclick" not in ours
    assert ours.count("<script") == ours.count('type="application/json"') == 2


def test_a_ready_film_is_shown_with_its_player_sizes_and_captions(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    save_captions(film, "ar", CAPTIONS)

    shown = staff.get(reverse("films:edit", args=[film.pk])).content.decode()

    assert f'<source src="{reverse("films:file", args=[film.pk, "film.mp4"])}?1" type="video/mp4">' in shown
    assert reverse("films:captions_file", args=[film.pk, "ar"]) in shown
    assert "160 × 90" in shown
    assert "0:02" in shown
    assert "Edit the captions in Arabic" in shown


def test_the_list_shows_state_length_and_languages(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    save_captions(film, "fr", CAPTIONS)
    Film.objects.create(title="Silent", has_no_speech=True)

    shown = staff.get(reverse("films:index")).content.decode()

    for text in ("The message", "Ready", "0:02", "English, French", "Silent", "No file yet", "Nobody speaks"):
        assert text in shown


def test_a_longer_list_asks_the_database_no_more_often(staff: Client) -> None:
    asked = []
    for number in range(18):
        film = Film.objects.create(title=f"Film {number}")
        save_captions(film, "fr", CAPTIONS)
        if number in {1, 17}:
            with CaptureQueriesContext(connection) as queries:
                staff.get(reverse("films:index"))
            asked.append(len(queries))

    assert asked[1] <= asked[0] <= 20


@pytest.mark.parametrize("address", ["films:index_results", "film_chooser:choose_results"])
def test_films_are_searched_by_title(staff: Client, address: str) -> None:
    Film.objects.create(title="Behind the screen")
    Film.objects.create(title="The message")

    shown = staff.get(reverse(address), {"q": "SCREEN"}).content.decode()

    assert "Behind the screen" in shown
    assert "The message" not in shown


def test_captions_are_uploaded_as_subrip_and_downloaded_as_webvtt(staff: Client, film: Film) -> None:
    url = reverse("films:captions", args=[film.pk, "fr"])
    file = SimpleUploadedFile("captions.srt", b"1\n00:00:00,000 --> 00:00:01,000\nBonjour.\n")

    response = staff.post(url, {"file": file, "text": "WEBVTT"})
    downloaded = staff.get(f"{reverse('films:captions_file', args=[film.pk, 'fr'])}?download")

    assert response.headers["Location"] == f"{reverse('films:edit', args=[film.pk])}#captions"
    assert downloaded.content.decode() == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nBonjour.\n"
    assert downloaded.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert downloaded.headers["Content-Disposition"] == 'attachment; filename="captions.fr.vtt"'


def test_captions_are_typed_and_corrected(staff: Client, film: Film) -> None:
    url = reverse("films:captions", args=[film.pk, "en"])
    staff.post(url, {"text": CAPTIONS})

    shown = staff.get(url).content.decode()
    staff.post(url, {"text": CAPTIONS.replace("protect you", "protect anybody")})

    assert "protect you" in shown
    assert "protect anybody" in CaptionTrack.objects.get().vtt


def test_faulty_captions_are_refused_with_every_line_and_kept_on_the_screen(staff: Client, film: Film) -> None:
    faulty = "WEBVTT\n\n00:01.000\nA\n\n00:03.000 --> 00:02.000\nB\n"

    response = staff.post(reverse("films:captions", args=[film.pk, "en"]), {"text": faulty})

    assert response.status_code == 200
    errors = response.context["form"].errors["text"]
    assert errors[0].startswith("Line 3: This should be a timing")
    assert errors[1] == "Line 6: The caption ends before it begins."
    assert "00:03.000 --&gt; 00:02.000" in response.content.decode()
    assert not CaptionTrack.objects.exists()


def test_captions_longer_than_the_film_are_refused(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    text = "WEBVTT\n\n00:01.000 --> 00:09.000\nA\n"

    response = staff.post(reverse("films:captions", args=[film.pk, "fr"]), {"text": text})

    assert "ends after the film, which lasts 00:00:02.000" in response.context["form"].errors["text"][0]


@pytest.mark.parametrize("data", [{}, {"text": "  \n"}])
def test_no_captions_at_all_are_refused(staff: Client, film: Film, data: dict[str, str]) -> None:
    response = staff.post(reverse("films:captions", args=[film.pk, "en"]), data)

    assert response.context["form"].non_field_errors() == ["Choose a file or write the captions below."]


def test_captions_are_removed(staff: Client, film: Film) -> None:
    save_captions(film, "en", CAPTIONS)

    staff.post(reverse("films:remove_captions", args=[film.pk, "en"]))

    assert not CaptionTrack.objects.exists()


def test_a_language_nobody_writes_in_is_not_found(staff: Client, film: Film) -> None:
    assert staff.get(reverse("films:captions", args=[film.pk, "xx"])).status_code == 404


def test_a_film_nobody_uses_is_deleted_with_all_its_files(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)

    response = staff.post(reverse("films:delete", args=[film.pk]))
    Leftover.objects.update(purge_after="2026-01-01T00:00Z")
    tidy()

    assert response.headers["Location"] == reverse("films:index")
    assert not Film.objects.exists()
    assert not keys_below(private_store(), film.prepared_prefix)


def test_a_film_on_a_page_is_not_deleted(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    make_film_page(film=film)

    asked = staff.get(reverse("films:delete", args=[film.pk])).content.decode()
    staff.post(reverse("films:delete", args=[film.pk]))

    assert "take it out of the page first" in asked
    assert "Yes, delete" not in asked
    assert Film.objects.exists()


def test_a_released_film_must_be_recalled_first(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    page = make_film_page(film=film, publish=True, user=make_user("publisher"))
    FilmPage.objects.filter(pk=page.pk).update(film=None)
    FilmPage.objects.get(pk=page.pk).save_revision()

    response = staff.post(reverse("films:delete", args=[film.pk]), follow=True)

    assert "recall its releases first" in response.content.decode()
    assert Film.objects.exists()


def test_a_page_chooses_its_film_in_the_modal(staff: Client, film: Film) -> None:
    listed = staff.get(reverse("film_chooser:choose")).json()
    chosen = staff.get(reverse("film_chooser:chosen", args=[film.pk])).json()

    assert "Behind the screen" in listed["html"]
    assert chosen["result"]["id"] == str(film.pk)
    assert chosen["result"]["edit_url"] == reverse("films:edit", args=[film.pk])
