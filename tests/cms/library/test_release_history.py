"""Can staff see every release of a tool, and what has changed between two of them?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.releases.actions import recall
from cms.releases.comparison import differences
from cms.releases.models import Release
from cms.users.models import User
from tests.cms.factories import comic_pages, make_artwork, make_comic, make_newsroom, make_translation, panel

pytestmark = pytest.mark.django_db


def test_the_history_shows_every_release_of_every_language(staff: Client, editor: User) -> None:
    comic = make_comic(publish=True, user=editor)
    comic.title, comic.changelog = "Behind the screens", "The title is right now."
    comic.save_revision(user=editor).publish(user=editor)
    make_translation(comic, "fr").get_latest_revision_as_object().save_revision().publish()
    recall(comic.tool_id, scope="release", locale="en", number=1, reason="Old.", by=None, at=timezone.now())

    html = staff.get(reverse("releases:history", args=[comic.pk])).content.decode()

    newest = Release.objects.get(locale="en", number=2)
    assert "The title is right now." in html
    assert newest.sha256 in html
    assert f"/v1/tools/{comic.tool_id}/releases/en/2" in html
    assert f"/v1/tools/{comic.tool_id}/releases/en/1" not in html
    assert html.index('id="edition-en"') < html.index('id="edition-fr"')
    assert html.count("release-tag--gone") == 1


def test_two_releases_are_compared_in_words(staff: Client) -> None:
    artwork, other = make_artwork(), make_artwork(colour="#b8421b")
    comic = make_comic(
        artwork=artwork,
        pages=comic_pages([panel(artwork, words=[("Nour", "Nobody sees me when I send a picture at night.")])]),
        publish=True,
    )
    comic.pages = comic_pages(  # type: ignore[assignment]  # as Wagtail takes it
        [panel(other, words=[("Nour", "Nobody sees me when I send a picture at noon.")])]
    )
    comic.save_revision().publish()
    before, after = Release.objects.order_by("number")

    url = reverse("releases:compare", args=[comic.pk])
    html = staff.get(url, {"before": before.pk, "after": after.pk}).content.decode()

    assert "From release 1 (en) to release 2 (en)." in html
    assert 'picture at <span class="deletion">night.</span><span class="addition">noon.</span>' in html
    places = [it.place for it in differences(bytes(before.payload), bytes(after.payload))]
    assert places == ["comic › pages 1 › panels 1 › artwork", "comic › pages 1 › panels 1 › speech 1 › text"]


def test_markup_in_a_release_is_shown_as_text(staff: Client) -> None:
    comic = make_comic(publish=True)
    comic.title = "A <script>alert(1)</script> title"
    comic.save_revision().publish()
    before, after = Release.objects.order_by("number")

    url = reverse("releases:compare", args=[comic.pk])
    html = staff.get(url, {"before": before.pk, "after": after.pk}).content.decode()

    assert "<script>alert(1)" not in html


def test_releases_of_another_tool_are_not_compared(staff: Client) -> None:
    comic, other = make_comic(publish=True), make_comic(slug="other", publish=True)
    theirs = Release.objects.get(tool_id=other.tool_id)
    mine = Release.objects.get(tool_id=comic.tool_id)

    url = reverse("releases:compare", args=[comic.pk])

    assert staff.get(f"{url}?before={mine.pk}&after={theirs.pk}").status_code == 404
    assert staff.get(f"{url}?before={mine.pk}&after=x").status_code == 404


def test_a_page_that_is_no_edition_has_no_releases(staff: Client) -> None:
    assert staff.get(reverse("releases:history", args=[make_newsroom().pk])).status_code == 404
