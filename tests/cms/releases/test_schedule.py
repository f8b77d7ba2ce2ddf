"""Does the gate stand before the schedule and behind it, and does one page never hold up another?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.releases.gate import GateClosed
from cms.releases.models import Release
from cms.releases.schedule import REFUSED, publish_due
from foundation.jobs.registry import periodics
from tests.cms.factories import make_comic

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


def test_an_incomplete_page_is_not_even_scheduled() -> None:
    page = make_comic(summary="")
    page.go_live_at = timezone.now() + TOMORROW

    with pytest.raises(GateClosed, match="Write a summary"):
        page.save_revision().publish()

    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_scheduled_tool_is_not_released_before_its_time() -> None:
    page = make_comic()
    page.go_live_at = timezone.now() + TOMORROW
    page.save_revision().publish()

    publish_due(now=timezone.now())
    assert not Release.objects.exists()

    page.revisions.update(approved_go_live_at=timezone.now() - TOMORROW)
    done = publish_due(now=timezone.now())
    assert done.refused == []


def test_one_that_is_refused_at_its_time_is_noted_once_and_holds_up_nobody() -> None:
    refused, fine = make_comic(title="Refused", credit=""), make_comic(title="Fine")
    refused.revisions.update(approved_go_live_at=timezone.now() - TOMORROW)
    fine.revisions.update(approved_go_live_at=timezone.now() - timedelta(hours=1))

    first = publish_due(now=timezone.now())
    second = publish_due(now=timezone.now())

    assert (first.refused, first.published) == (["Refused"], ["Fine"])
    assert (second.refused, second.published) == (["Refused"], [])
    note = PageLogEntry.objects.get(action=REFUSED)
    assert (note.page_id, note.data["reasons"]) == (refused.pk, ["Say who made it. Use pseudonyms for minors."])
    assert refused.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_it_goes_out_as_soon_as_nothing_is_missing() -> None:
    page = make_comic(credit="")
    page.revisions.update(approved_go_live_at=timezone.now() - TOMORROW)
    assert publish_due(now=timezone.now()).refused == [page.title]

    page.credit = "The peer experts of Antwerp"
    page.save_revision(approved_go_live_at=timezone.now() - timedelta(hours=1))

    assert publish_due(now=timezone.now()).published == [page.title]
    assert Release.objects.count() == 1


def test_a_worker_looks_at_the_schedule_every_few_seconds() -> None:
    assert {"releases.publish_scheduled", "releases.sweep_files"} <= {periodic.kind for periodic in periodics()}
