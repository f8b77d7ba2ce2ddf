"""Does a preview look as on a partner's site: in the language of the content, with its pictures and words?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cms.factories import (
    comic_pages,
    make_artwork,
    make_comic,
    make_film,
    make_film_page,
    make_issue,
    make_translation,
    panel,
)
from tests.cms.library.forms import form_of

pytestmark = pytest.mark.django_db


def draft(staff: Client, page: object) -> str:
    return staff.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()  # type: ignore[attr-defined]


def test_a_comic_is_previewed_with_its_words_and_descriptions(staff: Client) -> None:
    page = make_comic(pages=comic_pages([panel(make_artwork(), "A girl at a window.", words=[("Nour", "Hello?")])]))

    html = draft(staff, page)

    assert '<html lang="en" dir="ltr">' in html
    assert 'alt="A girl at a window."' in html
    assert "<b>Nour</b> Hello?" in html
    assert "/media/" in html


def test_pictures_of_a_draft_are_for_staff_only(staff: Client, client: Client) -> None:
    picture = re.search(r'src="(/media/[^"]+)"', draft(staff, make_comic()))
    assert picture

    shown = staff.get(picture[1])
    assert (shown.status_code, shown.getvalue()[8:12]) == (200, b"WEBP")
    assert Client().get(picture[1]).status_code == 302


def test_an_arabic_comic_is_previewed_from_right_to_left(staff: Client) -> None:
    html = draft(staff, make_translation(make_comic(), "ar"))

    assert '<html lang="ar" dir="rtl">' in html


def test_a_half_made_comic_can_be_previewed(staff: Client) -> None:
    html = draft(staff, make_comic(cover=None, pages=comic_pages([panel(None, "")])))

    assert "No artwork yet." in html


def test_the_editor_previews_what_is_being_written(staff: Client) -> None:
    page = make_comic()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])

    assert staff.post(url, form_of(page, title="Being written")).json()["is_valid"] is True
    assert "<h1>Being written</h1>" in staff.get(url).content.decode()


def test_a_film_is_previewed_with_its_captions(staff: Client) -> None:
    html = draft(staff, make_film_page())

    assert re.search(r'<source src="[^"]+film\.mp4[^"]*" type="video/mp4">', html)
    assert re.search(r'<track kind="captions" src="[^"]+en\.vtt" srclang="en" label="English" default>', html)


def test_a_film_on_its_way_is_previewed_as_such(staff: Client) -> None:
    assert "No file yet" in draft(staff, make_film_page(film=make_film(ready=False)))
    assert "No film is chosen yet." in draft(staff, make_film_page(film=None, slug="none"))


def test_an_issue_is_previewed_with_its_items(staff: Client) -> None:
    html = draft(staff, make_issue(tool=make_comic()))

    assert "<h2>A new comic</h2>" in html
    assert "Behind the screen" in html
