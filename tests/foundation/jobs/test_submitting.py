"""Is work that was asked for in the ledger, once?"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from pydantic import ValidationError

from foundation.jobs.actions import submit
from foundation.jobs.errors import KeyTaken, UnknownKind
from foundation.jobs.models import Job, State
from foundation.jobs.registry import Nothing
from foundation.jobs.worker import run_until_idle
from foundation.web.requests import request_id_scope
from tests.foundation.example.jobs import Note
from tests.foundation.example.models import Trace

pytestmark = pytest.mark.django_db


def test_a_job_waits_in_the_queue_with_its_payload() -> None:
    job = submit("example.note", Note(what="hello"), priority=3)

    assert (job.state, job.lane, job.payload, job.priority) == (State.QUEUED, "default", {"what": "hello"}, 3)
    assert (job.attempt, job.fence, job.max_attempts) == (0, 0, 5)
    assert job.created_at == job.run_at


def test_the_same_key_gives_the_same_job_and_the_first_payload_wins() -> None:
    first = submit("example.note", Note(what="first"), key="once")
    second = submit("example.note", Note(what="second"), key="once")

    assert second == first
    assert second.payload == {"what": "first"}
    assert Job.objects.count() == 1


def test_a_key_stays_taken_after_its_job_has_ended() -> None:
    job = submit("example.note", Note(), key="once")
    run_until_idle()

    assert submit("example.note", Note(), key="once").state == State.SUCCEEDED
    assert run_until_idle() == 0
    assert Job.objects.get() == job


def test_a_key_of_another_kind_is_refused() -> None:
    submit("example.note", Note(), key="once")

    with pytest.raises(KeyTaken):
        submit("example.retry", Note(), key="once")

    assert Job.objects.count() == 1


def test_a_kind_nobody_handles_is_refused() -> None:
    with pytest.raises(UnknownKind, match=r"example\.unheard"):
        submit("example.unheard", Note())

    assert not Job.objects.exists()


def test_the_payload_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        submit("example.note", Nothing())

    assert not Job.objects.exists()


def test_a_job_disappears_with_the_transaction_that_asked_for_it() -> None:
    with transaction.atomic():
        submit("example.note", Note())
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_the_more_urgent_job_runs_first_and_equals_in_order() -> None:
    for what, priority in (("a", 0), ("b", 10), ("c", 0), ("d", -5)):
        submit("example.note", Note(what=what), priority=priority)

    run_until_idle()

    assert list(Trace.objects.order_by("id").values_list("what", flat=True)) == ["b", "a", "c", "d"]


def test_a_job_does_not_run_before_its_time() -> None:
    job = submit("example.note", Note(), run_at=datetime.now(UTC) + timedelta(hours=1))
    assert run_until_idle() == 0

    Job.objects.filter(id=job.id).update(run_at=datetime.now(UTC) - timedelta(hours=1))

    assert run_until_idle() == 1


def test_the_request_that_asked_is_remembered_and_restored() -> None:
    with request_id_scope("request-of-a-browser"):
        parent = submit("example.spread", Note())

    run_until_idle()

    assert set(Job.objects.values_list("request_id", flat=True)) == {"request-of-a-browser"}
    assert parent.children.count() == 3


@pytest.mark.django_db(transaction=True)
def test_callers_that_submit_at_once_get_the_same_job() -> None:
    jobs = _in_threads(8, lambda: submit("example.note", Note(), key="once"))

    assert {job.id for job in jobs} == {Job.objects.get().id}


def _in_threads(count: int, task: Callable[[], Job]) -> list[Job]:
    start, results = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        results.append(task())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results
