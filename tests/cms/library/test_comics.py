"""What does a comic need, what becomes of it in a release, and what of it does a translation keep?"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.library.models import ComicPage, FilmPage, HomePage, ToolIndexPage
from cms.newsroom.models import IssuePage, NewsroomPage
from cms.releases.models import Release
from foundation.contracts.release import ReleasePayload
from foundation.jobs.worker import run_until_idle
from tests.cms.factories import (
    comic_pages,
    make_artwork,
    make_audience,
    make_comic,
    make_home,
    make_theme,
    make_tools,
    make_translation,
    panel,
)

pytestmark = pytest.mark.django_db


def released(page: Page) -> ReleasePayload:
    return ReleasePayload.model_validate_json(bytes(Release.objects.get(tool_id=page.tool_id).payload))


def test_a_complete_comic_has_no_reason_against_it() -> None:
    assert make_comic().gate_reasons() == ()


def test_a_released_comic_says_all_of_its_pages_panels_and_words() -> None:
    artwork = make_artwork()
    first = [
        panel(artwork, words=[("Nour", "Nobody can see me."), ("", "Next morning.")]),
        panel(artwork, words=[], silent=True),
    ]
    comic = make_comic(artwork=artwork, pages=comic_pages(first, [panel(artwork, " A boy waits. ")]), publish=True)

    payload = released(comic)

    assert payload.comic is not None
    assert [page.number for page in payload.comic.pages] == [1, 2]
    assert [(it.number, it.artwork.alt) for it in payload.comic.pages[0].panels] == [
        (1, "A girl looks at her telephone and smiles."),
        (2, "A girl looks at her telephone and smiles."),
    ]
    said = payload.comic.pages[0].panels[0].speech
    assert [(line.kind, line.speaker, line.text) for line in said] == [
        ("speech", "Nour", "Nobody can see me."),
        ("speech", "", "Next morning."),
    ]
    assert payload.comic.pages[0].panels[1].speech == ()
    assert payload.comic.pages[1].panels[0].artwork.alt == "A boy waits."
    assert payload.cover is not None
    assert payload.cover.alt == "Two friends at a table, each with a telephone."
    assert {source.media_type for source in payload.cover.sources} == {"image/avif", "image/webp", "image/jpeg"}


def test_each_gap_of_a_comic_is_named_at_its_field() -> None:
    artwork = make_artwork()
    silent_but_talking = panel(artwork, silent=True)
    wordless = panel(artwork, words=[])
    empty_balloon = panel(artwork, words=[("Nour", " ")])
    comic = make_comic(
        cover=None,
        pages=comic_pages([panel(None), silent_but_talking, wordless, empty_balloon, panel(artwork, "")], []),
    )
    first, second = comic.pages
    ids = [it.id for it in first.value["panels"].bound_blocks]

    found = [(reason.code, reason.field) for reason in comic.gate_reasons()]

    assert found == [
        ("alt-text", f"pages.{first.id}.panels.{ids[4]}.description"),
        ("tool-cover", "cover"),
        ("comic-panels", f"pages.{second.id}"),
        ("comic-artwork", f"pages.{first.id}.panels.{ids[0]}.artwork"),
        ("comic-words", f"pages.{first.id}.panels.{ids[1]}.silent"),
        ("comic-words", f"pages.{first.id}.panels.{ids[2]}.speech"),
        ("comic-words", f"pages.{first.id}.panels.{ids[3]}.speech"),
    ]


def test_a_reason_says_on_which_page_and_panel_to_do_what() -> None:
    comic = make_comic(pages=comic_pages([panel(make_artwork(), words=[])]))

    [reason] = comic.gate_reasons()

    assert reason.message == "Page 1, panel 1: write its words, or tick that nobody speaks."


def test_a_comic_without_pages_is_refused() -> None:
    [reason] = make_comic(pages=[]).gate_reasons()

    assert (reason.code, reason.message, reason.field) == ("comic-panels", "Add the first page of the comic.", "pages")


@pytest.mark.parametrize("description", ["IMG_2041.jpg", "panel-1.png", "DSC 0012", " "])
def test_a_description_that_is_a_file_name_is_none(description: str) -> None:
    comic = make_comic(pages=comic_pages([panel(make_artwork(), description)]))

    assert [reason.code for reason in comic.gate_reasons()] == ["alt-text"]


def test_a_translated_copy_keeps_artwork_and_structure_and_stays_a_draft() -> None:
    theme, _french = make_theme(), make_theme(locale="fr", name="Sextage")
    comic = make_comic(publish=True, themes=[theme], audiences=[make_audience()], changelog="The first one.")

    copy = make_translation(comic, "fr")

    assert (copy.live, copy.locale.language_code, copy.tool_id) == (False, "fr", comic.tool_id)
    assert copy.pages.get_prep_value() == comic.pages.get_prep_value()
    assert (copy.cover, copy.credit, copy.changelog) == (comic.cover, comic.credit, "")
    assert list(Release.objects.values_list("locale", flat=True)) == ["en"]


def test_the_button_that_translates_leads_to_a_draft_in_the_other_language(staff: Client) -> None:
    comic = make_comic(publish=True)
    french = make_tools("fr")

    url = reverse("simple_translation:submit_page_translation", args=[comic.pk])
    response = staff.post(url, {"locales": [french.locale_id], "include_subtree": ""})

    copy = ComicPage.objects.get(locale=french.locale)
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert (copy.live, copy.tool_id, copy.get_parent().pk) == (False, comic.tool_id, french.pk)


def test_a_translation_is_released_with_the_words_of_the_taxonomy_in_its_language() -> None:
    english = make_theme()
    french = english.copy_for_translation(make_tools("fr").locale)
    french.name = "Sextage"
    french.save()
    copy = make_translation(make_comic(themes=[english]), "fr")

    copy.title = "Derrière l'écran"
    copy.save_revision().publish()

    payload = released(copy)
    assert (payload.locale, payload.title) == ("fr", "Derrière l'écran")
    assert [(term.code, term.name) for term in payload.themes] == [("sexting", "Sextage")]


def test_pages_stand_where_they_belong() -> None:
    assert HomePage.allowed_parent_page_models() == [Page]
    assert set(HomePage.allowed_subpage_models()) == {ToolIndexPage, NewsroomPage}
    assert set(ToolIndexPage.allowed_subpage_models()) == {ComicPage, FilmPage}
    assert ComicPage.allowed_subpage_models() == []
    assert NewsroomPage.allowed_subpage_models() == [IssuePage]


def test_the_search_finds_the_words_of_a_panel(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        comic = make_comic(pages=comic_pages([panel(make_artwork(), words=[("Nour", "Unmistakable saxophone.")])]))
        make_comic(slug="another")
    run_until_idle()

    found = ComicPage.objects.search("saxophone")

    assert [page.pk for page in found] == [comic.pk]


def test_there_is_one_home_per_language() -> None:
    assert make_home("fr") == make_home("fr")
    assert make_home("fr").translation_key == make_home("en").translation_key
