"""Does each transition happen under its fence, and only then? One test per row of docs/job-ledger.md."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from foundation.jobs import ledger
from foundation.jobs.actions import cancel, submit
from foundation.jobs.errors import JobCancelled, LeaseLost
from foundation.jobs.models import Job, State
from foundation.jobs.running import Lease, Outcome
from foundation.jobs.worker import run_until_idle
from tests.foundation.example.jobs import Note
from tests.foundation.example.models import Trace

pytestmark = pytest.mark.django_db


def claim(worker: str = "w1") -> Lease:
    claimed = ledger.claim("default", worker)
    assert claimed is not None
    return claimed[1]


def expire(lease: Lease) -> None:
    """Let the lease run out, as if the worker had been silent."""
    Job.objects.filter(id=lease.job_id).update(lease_until=F("lease_until") - timedelta(hours=1))


def only_job() -> Job:
    return Job.objects.get()


def effect() -> None:
    Trace.objects.create(what="effect")


def test_claiming_gives_a_lease_and_a_new_fence() -> None:
    submit("example.note", Note())

    lease = claim("w1")

    job = only_job()
    assert (job.state, job.worker, job.fence, job.attempt) == (State.RUNNING, "w1", 1, 1)
    assert lease == Lease(job.id, 1, 15.0)
    assert job.lease_until is not None
    assert job.claimed_at is not None
    assert job.lease_until - job.claimed_at == timedelta(seconds=15)


def test_a_claimed_job_is_not_claimed_again() -> None:
    submit("example.note", Note())
    claim("w1")

    assert ledger.claim("default", "w2") is None


def test_a_job_of_another_lane_is_not_claimed() -> None:
    submit("example.note", Note())

    assert ledger.claim("events", "w1") is None


def test_finishing_writes_state_result_and_effect_together() -> None:
    submit("example.note", Note())

    ledger.finish(claim(), Outcome(result=Note(what="made"), effect=effect))

    job = only_job()
    assert (job.state, job.result, job.progress, job.lease_until) == (State.SUCCEEDED, {"what": "made"}, 1.0, None)
    assert job.finished_at is not None
    assert Trace.objects.count() == 1


def test_an_effect_that_fails_leaves_the_job_running() -> None:
    submit("example.note", Note())
    lease = claim()

    def half() -> None:
        effect()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.finish(lease, Outcome(effect=half))

    assert only_job().state == State.RUNNING
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda lease: ledger.beat(lease, 0.5, "late"),
        lambda lease: ledger.finish(lease, Outcome(effect=effect)),
        lambda lease: ledger.fail(lease, "late"),
        lambda lease: ledger.retry(lease, "late"),
        ledger.release,
        ledger.acknowledge_cancel,
    ],
    ids=["beat", "finish", "fail", "retry", "release", "acknowledge_cancel"],
)
def test_an_older_fence_changes_nothing(write: "object") -> None:
    submit("example.note", Note())
    old = claim("w1")
    expire(old)
    ledger.sweep()
    claim("w2")
    before = Job.objects.values().get()

    with pytest.raises(LeaseLost), transaction.atomic():
        write(old)  # type: ignore[operator]

    assert Job.objects.values().get() == before
    assert not Trace.objects.exists()


def test_a_job_that_was_purged_is_lost_to_its_worker() -> None:
    submit("example.note", Note())
    lease = claim()
    Job.objects.all().delete()

    with pytest.raises(LeaseLost):
        ledger.finish(lease, Outcome(effect=effect))

    assert not Trace.objects.exists()


def test_a_heartbeat_renews_the_lease_and_reports() -> None:
    submit("example.note", Note())
    lease = claim()
    expire(lease)

    ledger.beat(lease, 0.25, "encode")

    job = only_job()
    assert (job.progress, job.stage) == (0.25, "encode")
    assert ledger.sweep() == 0


def test_a_silent_worker_loses_its_job_to_the_queue_at_once() -> None:
    submit("example.note", Note())
    expire(claim())

    assert ledger.sweep() == 1

    job = only_job()
    assert (job.state, job.error, job.attempt) == (State.QUEUED, "The worker stopped answering.", 1)
    assert claim("w2").fence == 2


def test_a_lease_that_runs_is_not_swept() -> None:
    submit("example.note", Note())
    claim()

    assert ledger.sweep() == 0
    assert only_job().state == State.RUNNING


def test_a_job_that_loses_its_worker_every_time_fails_visibly() -> None:
    submit("example.note", Note())

    for _ in range(5):
        expire(claim())
        ledger.sweep()

    assert (only_job().state, only_job().error) == (State.FAILED, "The worker stopped answering.")
    assert Trace.objects.get().what == "on_failed example.note failed The worker stopped answering."


def test_a_restarted_worker_takes_only_its_own_jobs_back() -> None:
    mine, other = submit("example.note", Note()), submit("example.note", Note())
    claim("w1")
    claim("w2")

    assert ledger.take_back_from("w1") == 1

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.error) == (State.QUEUED, "The worker was restarted.")
    assert other.state == State.RUNNING


def test_a_retry_waits_longer_each_time() -> None:
    submit("example.note", Note())
    waits = []
    for _ in range(4):
        ledger.retry(claim(), "not yet")
        job = only_job()
        assert (job.state, job.error) == (State.QUEUED, "not yet")
        waits.append((job.run_at - datetime.now(UTC)).total_seconds())
        Job.objects.update(run_at=job.created_at)

    for expected, wait in zip((2, 4, 8, 16), waits, strict=True):
        assert expected / 2 - 1 < wait <= expected


def test_the_backoff_is_capped_and_spread() -> None:
    waits = {ledger.backoff_s(attempt) for attempt in (50, 100_000) for _ in range(50)}

    assert len(waits) > 1
    assert all(300 <= wait <= 600 for wait in waits)


def test_the_last_attempt_that_asks_for_another_fails() -> None:
    submit("example.retry", Note(what="busy"))

    assert run_until_idle() == 3

    job = only_job()
    assert (job.state, job.error, job.attempt) == (State.FAILED, "busy", 3)
    assert Trace.objects.get().what == "on_failed example.retry failed busy"


def test_a_terminal_error_fails_at_once_and_keeps_its_result() -> None:
    submit("example.refuse", Note(what="no film"))

    assert run_until_idle() == 1

    assert (only_job().state, only_job().error, only_job().result) == (State.FAILED, "no film", {"what": "no film"})


def test_a_mistake_of_the_handler_is_retried_and_named() -> None:
    submit("example.mistake", Note(what="oops"))

    assert run_until_idle() == 1

    assert (only_job().state, only_job().error) == (State.QUEUED, "ZeroDivisionError: oops")


def test_a_kind_that_lost_its_code_waits_for_a_worker_that_has_it() -> None:
    submit("example.note", Note())
    Job.objects.update(kind="example.of_the_next_version")

    assert run_until_idle() == 1

    assert only_job().state == State.QUEUED
    assert only_job().error == "No handler is registered for example.of_the_next_version."


def test_a_released_job_keeps_its_attempt() -> None:
    submit("example.note", Note())

    ledger.release(claim())

    assert (only_job().state, only_job().attempt) == (State.QUEUED, 0)
    assert claim().fence == 2


def test_a_queued_job_is_cancelled_at_once() -> None:
    job = cancel(submit("example.note", Note()).id)

    assert (job.state, job.error) == (State.CANCELLED, "Cancelled.")
    assert run_until_idle() == 0
    assert Trace.objects.get().what == "on_failed example.note cancelled Cancelled."


def test_a_running_job_hears_of_its_cancelling_at_the_heartbeat() -> None:
    job = submit("example.note", Note())
    lease = claim()

    assert cancel(job.id).state == State.RUNNING

    with pytest.raises(JobCancelled):
        ledger.beat(lease, None, None)
    ledger.acknowledge_cancel(lease)
    assert only_job().state == State.CANCELLED


@pytest.mark.parametrize("leave", [lambda lease: ledger.retry(lease, "again"), ledger.release])
def test_a_job_called_off_is_not_queued_again(leave: "object") -> None:
    job = submit("example.note", Note())
    lease = claim()
    cancel(job.id)

    leave(lease)  # type: ignore[operator]

    assert only_job().state == State.CANCELLED


def test_a_job_called_off_ends_cancelled_when_its_worker_dies() -> None:
    job = submit("example.note", Note())
    expire(claim())
    cancel(job.id)

    ledger.sweep()

    assert only_job().state == State.CANCELLED


def test_a_job_that_finishes_before_it_hears_has_finished() -> None:
    job = submit("example.note", Note())
    lease = claim()
    cancel(job.id)

    ledger.finish(lease, Outcome(effect=effect))

    assert only_job().state == State.SUCCEEDED
    assert Trace.objects.count() == 1


def test_cancelling_what_has_ended_changes_nothing() -> None:
    job = submit("example.note", Note())
    run_until_idle()
    before = Job.objects.values().get()

    cancel(job.id)

    assert Job.objects.values().get() == before


def test_old_jobs_are_purged_with_their_children_and_young_ones_stay() -> None:
    submit("example.spread", Note())
    run_until_idle()
    old_ids = set(Job.objects.values_list("id", flat=True))
    Job.objects.update(finished_at=F("finished_at") - timedelta(days=8))
    young = submit("example.note", Note())
    run_until_idle()
    queued = submit("example.note", Note())

    assert ledger.purge() == len(old_ids) == 4

    assert set(Job.objects.values_list("id", flat=True)) == {young.id, queued.id}


def test_jobs_of_a_kind_nobody_knows_any_more_are_purged_too() -> None:
    submit("example.note", Note())
    run_until_idle()
    Job.objects.update(kind="example.gone", finished_at=F("finished_at") - timedelta(days=8))

    assert ledger.purge() == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "sleeping"},
        {"state": State.RUNNING},
        {"state": State.SUCCEEDED},
        {"pending_children": 1},
        {"progress": 1.5},
    ],
    ids=["unknown-state", "running-without-lease", "ended-without-end", "pending-without-waiting", "more-than-all"],
)
def test_the_database_refuses_rows_that_make_no_sense(nonsense: dict[str, object]) -> None:
    submit("example.note", Note())

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(**nonsense)

    assert only_job().state == State.QUEUED
