"""Do numbers, cursors and recalls stay in order when everything happens at once?"""

import random
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import close_old_connections, connection, connections

from cms.releases.actions import recall, release_edition
from cms.releases.errors import FilesMissing, NothingToRecall, RecalledMeanwhile
from cms.releases.models import Change, Edition, Recall, Release, Withdrawal
from cms.releases.removal import delete_unneeded
from foundation.storage import public_store
from tests.cms.releases.payloads import NOW, payload_of, prepared, public_file, released

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4
ROUNDS = 6


def at_once(*works: Callable[[], Any]) -> None:
    """Run every work in a thread of its own, started together; fail with the first error."""
    barrier, errors = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        close_old_connections()
        try:
            barrier.wait(10)
            work()
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]


def publish_often(tool_id: UUID, locale: str, worker: int) -> None:
    for turn in range(ROUNDS):
        draft = prepared(payload_of(tool_id, locale=locale, title=f"{worker}/{turn}"))
        try:
            release_edition(draft, by=None, at=NOW)
        except RecalledMeanwhile:
            continue


def recall_often(tool_id: UUID, worker: int) -> None:
    chance = random.Random(worker)  # noqa: S311 - no secret
    for _turn in range(ROUNDS):
        try:
            scope = chance.choice(["tool", "edition"])
            recall(tool_id, scope=scope, locale="en", reason="A face.", by=None, at=NOW)
        except NothingToRecall:
            continue


def follow_the_feed(seen: list[int], stop: threading.Event) -> None:
    """Read as a partner does: always from the last cursor on."""
    while True:
        is_last = stop.is_set()
        newer = Change.objects.filter(cursor__gt=seen[-1] if seen else 0).order_by("cursor")
        seen.extend(newer.values_list("cursor", flat=True))
        if is_last:
            break
    connections.close_all()


def assert_in_order() -> None:
    """Numbers per edition and cursors have no gap, and what is served is the newest that stands."""
    cursors = list(Change.objects.order_by("cursor").values_list("cursor", flat=True))
    assert cursors == list(range(1, len(cursors) + 1))
    for edition in Edition.objects.select_related("latest"):
        releases = Release.objects.filter(tool_id=edition.tool_id, locale=edition.locale).order_by("number")
        assert [release.number for release in releases] == list(range(1, edition.last_number + 1))
        assert edition.latest == releases.filter(withdrawal=None).last()


def test_numbers_and_cursors_have_no_gap_when_threads_publish_and_recall() -> None:
    tool_id = uuid4()
    seen: list[int] = []
    stop = threading.Event()
    reader = threading.Thread(target=follow_the_feed, args=(seen, stop))
    reader.start()

    try:
        at_once(
            *(lambda w=w: publish_often(tool_id, ("en", "fr")[w % 2], w) for w in range(THREADS)),
            lambda: recall_often(tool_id, 1),
        )
    finally:
        stop.set()
        reader.join(60)

    assert_in_order()
    assert seen == list(Change.objects.order_by("cursor").values_list("cursor", flat=True))
    assert Withdrawal.objects.count() == Change.objects.filter(type="recalled").count()


def test_one_of_many_recalls_wins() -> None:
    release = released(uuid4())
    outcomes: list[str] = []

    def try_it() -> None:
        try:
            recall(release.tool_id, scope="tool", reason="A face.", by=None, at=NOW)
            outcomes.append("recalled")
        except NothingToRecall:
            outcomes.append("nothing")

    at_once(*[try_it] * THREADS)

    assert sorted(outcomes) == ["nothing"] * (THREADS - 1) + ["recalled"]
    assert (Recall.objects.count(), Withdrawal.objects.count()) == (1, 1)
    assert_in_order()


def test_the_same_content_published_by_many_is_released_once() -> None:
    tool_id = uuid4()

    at_once(*[lambda: release_edition(prepared(payload_of(tool_id)), by=None, at=NOW)] * THREADS)

    assert Release.objects.count() == 1
    assert_in_order()


def test_a_sweep_never_takes_a_file_from_a_release() -> None:
    keys = [f"sha256/aa/{number}.jpg" for number in range(ROUNDS)]

    def publish_all() -> None:
        for key in keys:
            file = public_file(name=key)
            try:
                release_edition(prepared(payload_of(uuid4()), (file,)), by=None, at=NOW)
            except FilesMissing:
                continue  # the sweep was faster; a page would copy it again

    at_once(publish_all, *[lambda: delete_unneeded(keys * 3)] * 2)

    for asset_key in Release.objects.filter(assets__isnull=False).values_list("assets__key", flat=True):
        assert public_store().exists(asset_key)
    assert connection.vendor in {"sqlite", "postgresql"}
