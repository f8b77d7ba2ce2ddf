"""Are editions released and recalled as a whole, in order, and never by mistake?"""

from typing import Any
from uuid import UUID, uuid4

import pytest

from cms.releases import queries
from cms.releases.actions import PublicFile, recall, release_edition
from cms.releases.errors import FilesMissing, NothingToRecall, RecalledMeanwhile
from cms.releases.models import Change, Edition, Recall, Release, Withdrawal
from foundation.events.models import OutboxDelivery, OutboxEvent
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.storage import public_store
from tests.cms.releases.payloads import NOW, payload_of, prepared, public_file, released

pytestmark = pytest.mark.django_db


def withdraw(tool_id: UUID, scope: str = "tool", **extent: Any) -> Recall:
    return recall(tool_id, scope=scope, reason="A face can be seen.", by=None, at=NOW, **extent)


def test_the_payload_knows_its_number_and_time_and_its_hash_is_that_of_its_bytes() -> None:
    tool_id = uuid4()
    released(tool_id)

    second = released(tool_id, title="Better", minutes=5)

    stored = Release.objects.get(number=2)
    payload = payload_of(tool_id).model_validate_json(bytes(stored.payload))
    assert (payload.number, payload.released_at, payload.json_ld["version"]) == (2, second.released_at, 2)
    assert queries.latest_release(tool_id, ["fr", "en"]) == stored
    assert b" :" not in bytes(stored.payload)


def test_publishing_what_did_not_change_makes_no_release() -> None:
    tool_id = uuid4()
    released(tool_id, changelog="First.")

    again = release_edition(prepared(payload_of(tool_id, changelog="Other.", change_class="typo")), by=None, at=NOW)

    assert again is None
    assert (Release.objects.count(), Change.objects.count(), OutboxEvent.objects.count()) == (1, 1, 1)


def test_a_release_whose_files_are_missing_leaves_nothing() -> None:
    lost = PublicFile("sha256/ff/lost.jpg", "f" * 64, "image/jpeg", 1)

    with pytest.raises(FilesMissing):
        release_edition(prepared(payload_of(uuid4()), (lost,)), by=None, at=NOW)

    for model in (Release, Edition, Change, OutboxEvent):
        assert not model.objects.exists()


def test_a_recall_during_preparation_wins() -> None:
    tool_id = uuid4()
    released(tool_id, locale="en")
    french = prepared(payload_of(tool_id, locale="fr"))
    withdraw(tool_id)

    with pytest.raises(RecalledMeanwhile):
        release_edition(french, by=None, at=NOW)

    assert not Release.objects.filter(locale="fr").exists()


def test_a_recall_is_told_to_the_feed_the_outbox_and_the_ledger() -> None:
    tool_id = uuid4()
    released(tool_id, locale="en")
    released(tool_id, locale="fr")

    row = withdraw(tool_id)

    assert Withdrawal.objects.filter(recall=row).count() == 2
    changes = Change.objects.filter(type="recalled").values_list("cursor", "locale", "number")
    assert list(changes) == [(3, "en", 1), (4, "fr", 1)]
    event = OutboxEvent.objects.get(type="release.recalled")
    assert (event.data["cursor"], event.data["scope"]) == (row.position, "tool") == (4, "tool")
    assert event.data["releases"] == [{"locale": "en", "number": 1}, {"locale": "fr", "number": 1}]
    assert OutboxDelivery.objects.get(event=event).endpoint == "newsletter"
    assert Job.objects.filter(kind="releases.remove_files").count() == 1


def test_recalling_the_latest_release_serves_the_one_before() -> None:
    tool_id = uuid4()
    released(tool_id, title="First")
    released(tool_id, title="Second", minutes=1)

    withdraw(tool_id, "release", locale="en", number=2)

    edition = Edition.objects.get()
    assert edition.latest is not None
    assert (edition.latest.title, edition.last_number, edition.sort_title) == ("First", 2, "first")
    assert edition.terms.count() == 2


def test_recalling_an_older_release_changes_nothing_else() -> None:
    tool_id = uuid4()
    released(tool_id, title="First")
    second = released(tool_id, title="Second", minutes=1)

    withdraw(tool_id, "release", locale="en", number=1)

    assert Edition.objects.get().latest == second
    assert list(Change.objects.values_list("type", "number")) == [("released", 1), ("released", 2), ("recalled", 1)]


@pytest.mark.parametrize(
    "extent",
    [{"scope": "tool"}, {"scope": "edition", "locale": "fr"}, {"scope": "release", "locale": "en", "number": 7}],
)
def test_what_was_never_released_can_not_be_recalled(extent: dict[str, Any]) -> None:
    tool_id = uuid4()
    if extent["scope"] != "tool":
        released(tool_id, locale="en")

    with pytest.raises(NothingToRecall):
        recall(tool_id, reason="A mistake.", by=None, at=NOW, **extent)

    assert not Recall.objects.exists()


def test_a_recall_happens_once() -> None:
    tool_id = uuid4()
    released(tool_id)
    withdraw(tool_id)

    with pytest.raises(NothingToRecall):
        withdraw(tool_id)

    assert Change.objects.filter(type="recalled").count() == 1


@pytest.mark.parametrize("extent", [{"scope": "edition"}, {"scope": "release", "locale": "en"}])
def test_an_extent_must_be_complete(extent: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Say which"):
        recall(uuid4(), reason="A mistake.", by=None, at=NOW, **extent)


def test_a_tool_returns_after_a_recall_under_a_new_number_also_unchanged() -> None:
    tool_id = uuid4()
    released(tool_id)
    withdraw(tool_id)

    returned = released(tool_id, minutes=9)

    assert returned.number == 2
    assert Edition.objects.get().latest == returned


def test_files_of_a_recall_are_deleted_but_for_those_still_needed() -> None:
    shared, own = public_file(name="sha256/aa/shared.jpg"), public_file(name="sha256/aa/own.jpg")
    tool_id = uuid4()
    released(tool_id, locale="en", files=(shared,))
    released(tool_id, locale="fr", files=(shared, own))

    row = withdraw(tool_id, "edition", locale="fr")
    run_until_idle(["events"])

    row.refresh_from_db()
    assert public_store().exists(shared.key)
    assert not public_store().exists(own.key)
    assert (queries.is_gone(shared.key), queries.is_gone(own.key)) == (False, True)
    assert row.files_removed_at is not None


def test_files_that_return_after_a_recall_are_served_again() -> None:
    file = public_file(name="sha256/aa/returns.jpg")
    tool_id = uuid4()
    released(tool_id, files=(file,))
    withdraw(tool_id)

    released(tool_id, files=(public_file(name=file.key),))
    run_until_idle(["events"])

    assert public_store().exists(file.key)
    assert not queries.is_gone(file.key)
