"""Does the list of tools say where each of them stands, without asking the database once per row?"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.releases.actions import recall
from tests.cms.factories import make_artwork, make_comic, make_film_page, make_newsroom, make_tools

pytestmark = pytest.mark.django_db


def states(staff: Client, parent: Any) -> dict[str, str]:
    page_of = staff.get(reverse("wagtailadmin_explore", args=[parent.pk])).context["object_list"]
    return {page.title: f"{page.release_state.kind}: {page.release_state.word}" for page in page_of}


def test_each_state_is_shown(staff: Client) -> None:
    artwork = make_artwork()
    make_comic(title="Never", slug="never", artwork=artwork)
    make_comic(title="Out", slug="out", artwork=artwork, publish=True)
    gone = make_comic(title="Gone", slug="gone", artwork=artwork, publish=True)
    recall(gone.tool_id, scope="tool", reason="Consent withdrawn.", by=None, at=timezone.now())
    for title in ("Waiting", "Blocked"):
        page = make_comic(title=title, slug=title.lower(), artwork=artwork)
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision().publish()
    revision = page.revisions.get(approved_go_live_at__isnull=False)
    revision.content["credit"] = ""
    revision.save()

    assert states(staff, make_tools()) == {
        "Never": "none: Never released",
        "Out": "out: Release 1",
        "Gone": "gone: Recalled",
        "Waiting": "wait: Scheduled",
        "Blocked": "blocked: Blocked",
    }


def test_the_list_of_tools_asks_as_often_for_twelve_as_for_two(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    artwork = make_artwork()
    url = reverse("wagtailadmin_explore", args=[make_tools().pk])
    for number in range(6):
        make_comic(slug=f"comic-{number}", artwork=artwork, publish=number == 0)
        make_film_page(slug=f"film-{number}")
    staff.get(url)

    with django_assert_max_num_queries(45) as asked:
        html = staff.get(url).content.decode()

    assert html.count("release-tag--none") == 11
    assert len([query for query in asked.captured_queries if "releases_" in query["sql"]]) == 1


def test_the_list_of_issues_has_the_column_too(staff: Client) -> None:
    html = staff.get(reverse("wagtailadmin_explore", args=[make_newsroom().pk])).content.decode()

    assert "Never released" not in html
    assert states(staff, make_newsroom()) == {}
