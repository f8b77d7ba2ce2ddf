"""Do pages and releases agree when people publish, unpublish, recall and the schedule strike at once?"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from wagtail.models import Collection, Page, Revision

from cms.library.models import ComicPage
from cms.releases.actions import recall
from cms.releases.errors import NothingToRecall
from cms.releases.gate import GateClosed
from cms.releases.models import Edition, Release
from cms.releases.schedule import publish_due
from tests.cms.factories import make_comic, make_locale
from tests.cms.releases.test_races import assert_in_order, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _roots(transactional_db: None) -> None:
    """Plant again what Wagtail's migrations plant and the end of another test has uprooted."""
    if not Page.objects.exists():
        Page.add_root(instance=Page(title="Root", slug="root", locale=make_locale("en")))
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


def publish(revision_id: int) -> None:
    try:
        Revision.objects.get(pk=revision_id).publish()
    except GateClosed as refusal:
        if [reason.code for reason in refusal.reasons] != ["recalled"]:
            raise


def recall_tool(tool_id: UUID) -> None:
    try:
        recall(tool_id, scope="tool", reason="A face can be seen.", by=None, at=timezone.now())
    except NothingToRecall:
        return


def run_the_schedule() -> None:
    done = publish_due(now=timezone.now())
    assert done.failed == []


def drafts_of(page: ComicPage, count: int) -> list[int]:
    revisions = []
    for number in range(count):
        page.title = f"Draft {number}"
        revisions.append(page.save_revision().pk)
    return revisions


@pytest.mark.parametrize("attempt", range(3))
def test_a_page_is_live_if_and_only_if_its_edition_is_served(attempt: int) -> None:
    page = make_comic(publish=True)
    first, second, scheduled = drafts_of(page, 3)
    Revision.objects.filter(pk=scheduled).update(approved_go_live_at=timezone.now() - timedelta(seconds=1))

    at_once(
        lambda: publish(first),
        lambda: publish(second),
        run_the_schedule,
        lambda: recall_tool(page.tool_id),
        lambda: ComicPage.objects.get(pk=page.pk).unpublish(),
    )

    page.refresh_from_db()
    edition = Edition.objects.get(tool_id=page.tool_id)
    assert page.live == (edition.latest is not None)
    assert_in_order()


def test_two_languages_published_at_once_have_their_own_numbers() -> None:
    page = make_comic()
    other = make_comic(title="Another tool")

    at_once(*[lambda pk=pk: publish(ComicPage.objects.get(pk=pk).latest_revision_id) for pk in (page.pk, other.pk)])

    assert set(Release.objects.values_list("tool_id", "number")) == {(page.tool_id, 1), (other.tool_id, 1)}
    assert_in_order()
