"""Does the editor say what a release lacks, and does it keep what was written when a release is refused?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.library.models import ComicPage
from cms.releases.actions import recall
from cms.releases.models import Release
from cms.users.models import User
from tests.cms.factories import (
    comic_pages,
    make_artwork,
    make_comic,
    make_film_page,
    make_issue,
    make_theme,
    make_tools,
    make_translation,
    make_user,
    panel,
)
from tests.cms.library.forms import form_of

pytestmark = pytest.mark.django_db
KINDS: tuple[Callable[..., Any], ...] = (make_comic, make_film_page, make_issue)
each_kind = pytest.mark.parametrize("make", KINDS, ids=["comic", "film", "issue"])


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def checklist(staff: Client, page: Any) -> str:
    return staff.get(reverse("releases:checklist", args=[page.pk])).content.decode()


@each_kind
def test_the_editor_shows_a_checklist_beside_the_form(make: Callable[..., Any], staff: Client) -> None:
    page = make(summary="")

    html = staff.get(edit_url(page)).content.decode()

    assert "1 thing is missing." in html
    assert "Write a summary: partners show it in their lists." in html
    assert "#:w:contentpath=summary" in html
    assert "It says who made it." in html


def test_the_checklist_asks_as_often_for_a_long_comic_as_for_a_short_one(staff: Client) -> None:
    artwork = [make_artwork(colour=f"#0b5c{number}{number}") for number in range(6)]
    short = make_comic(pages=comic_pages([panel(artwork[0])]))
    long = make_comic(slug="long", pages=comic_pages(*([panel(it) for it in artwork] for _page in range(3))))
    checklist(staff, short)

    with CaptureQueriesContext(connection) as for_short:
        checklist(staff, short)
    with CaptureQueriesContext(connection) as for_long:
        checklist(staff, long)

    assert len(for_long) == len(for_short)
    assert len(for_long) <= 25


def test_a_page_that_is_not_saved_yet_has_no_checklist(staff: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["library", "comicpage", make_tools().pk])

    html = staff.get(url).content.decode()

    assert "The checklist appears once the draft is saved." in html


def test_autosave_keeps_the_draft_and_the_checklist_follows(staff: Client) -> None:
    page = make_comic(summary="")

    saved = staff.post(
        edit_url(page), form_of(page, summary="Now there is one."), headers={"Accept": "application/json"}
    )

    assert saved.json()["success"] is True
    assert "Ready for release." in checklist(staff, page)


def test_a_draft_may_be_saved_with_every_field_empty(staff: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["library", "comicpage", make_tools().pk])
    empty = ComicPage(title="Only a title", slug="only-a-title", locale=make_tools().locale)

    response = staff.post(url, form_of(empty))

    page = ComicPage.objects.get(slug="only-a-title")
    assert response.status_code == 302
    assert (page.live, len(page.gate_reasons())) == (False, 5)


@each_kind
def test_a_refused_release_comes_back_to_the_editor_with_its_reasons(make: Callable[..., Any], staff: Client) -> None:
    page = make(summary="")
    posted = form_of(page, title="A better title") | {"action-publish": "1"}

    response = staff.post(edit_url(page), posted, follow=True)

    page.refresh_from_db()
    assert response.redirect_chain[-1][0] == edit_url(page)
    html = response.content.decode()
    assert "was not published. Everything you wrote is kept as a draft." in html
    assert f'<a href="{edit_url(page)}#:w:contentpath=summary">' in html
    assert (page.live, page.get_latest_revision_as_object().title) == (False, "A better title")
    assert not Release.objects.exists()


def test_a_refused_new_page_is_kept_as_a_draft(staff: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["library", "comicpage", make_tools().pk])
    empty = ComicPage(title="Only a title", slug="only-a-title", locale=make_tools().locale)

    response = staff.post(url, form_of(empty) | {"action-publish": "1"})

    page = ComicPage.objects.get(slug="only-a-title")
    assert response["Location"] == edit_url(page)
    assert (page.live, page.has_unpublished_changes) == (False, True)
    assert not Release.objects.exists()


@each_kind
def test_a_complete_page_is_released_by_the_button(make: Callable[..., Any], staff: Client, editor: User) -> None:
    page = make()

    html = staff.post(edit_url(page), form_of(page) | {"action-publish": "1"}, follow=True).content.decode()

    page.refresh_from_db()
    assert "Partners now read release 1." in html
    release = Release.objects.get(tool_id=page.tool_id)
    assert (page.live, release.number, release.released_by) == (True, 1, editor.pk)


@each_kind
def test_a_refused_bulk_release_names_every_page(make: Callable[..., Any], staff: Client) -> None:
    page = make(credit="")
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = staff.post(f"{url}?id={page.pk}&next=/admin/", follow=True)

    page.refresh_from_db()
    assert "Say who made it." in response.content.decode()
    assert not page.live


def test_the_checklist_says_where_the_edition_stands(staff: Client, editor: User) -> None:
    page = make_comic(publish=True, user=editor)
    released = checklist(staff, page)
    page.title = "Changed"
    page.save_revision()
    changed = checklist(staff, page)
    recall(page.tool_id, scope="tool", reason="Consent withdrawn.", by=editor.pk, at=timezone.now())
    recalled = checklist(staff, page)

    assert "Release 1 is out since" in released
    assert "(by editor)." in released
    assert "The draft has changes that are not released." not in released
    assert "The draft has changes that are not released." in changed
    assert "Consent withdrawn." in recalled
    assert reverse("releases:recall", args=[page.pk]) not in recalled


def test_a_stranger_reads_no_checklist(client: Client) -> None:
    page = make_comic()
    stranger = make_user("stranger", is_superuser=False)
    stranger.groups.add(Group.objects.get_or_create(name="Nobody in particular")[0])
    client.force_login(stranger)

    assert client.get(reverse("releases:checklist", args=[page.pk])).status_code == 302


def test_terms_are_offered_in_the_language_of_the_page(staff: Client) -> None:
    english = make_theme()
    make_theme("cyberbullying", name="Cyberbullying")
    page = make_comic(themes=[english])
    french = english.copy_for_translation(make_tools("fr").locale)
    french.name = "Sextage"
    french.save()
    copy = make_translation(page, "fr")

    form = staff.get(edit_url(copy)).context["form"]

    assert [term.name for term in form.fields["themes"].queryset] == ["Sextage"]
    assert form.initial["themes"] == [french.pk]


def test_what_was_said_about_the_last_release_is_not_offered_for_the_next(staff: Client) -> None:
    page = make_comic(changelog="The title is right now.", change_class="typo")

    as_draft = staff.get(edit_url(page)).context["form"].initial
    page.save_revision().publish()
    once_released = staff.get(edit_url(page)).context["form"].initial

    assert (as_draft["changelog"], as_draft["change_class"]) == ("The title is right now.", "typo")
    assert (once_released["changelog"], once_released["change_class"]) == ("", "meaning")


def test_a_blocked_schedule_needs_attention_on_the_first_screen(staff: Client) -> None:
    page = make_comic()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    before = staff.get("/admin/").content.decode()
    revision = page.revisions.get(approved_go_live_at__isnull=False)
    revision.content["credit"] = ""
    revision.save()

    after = staff.get("/admin/").content.decode()

    assert "Needs attention" not in before
    assert "Its scheduled release is blocked: 1 thing is missing." in after
