"""What does a worker do between claiming a job and writing its end?"""

import threading
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from foundation.jobs import lanes, ledger, worker
from foundation.jobs.actions import cancel, submit
from foundation.jobs.dispatch import polling
from foundation.jobs.errors import JobCancelled, LeaseLost, WorkerStopping
from foundation.jobs.lanes import PollingLane
from foundation.jobs.models import Job, State
from foundation.jobs.running import Lease, Outcome, RunningJob
from foundation.jobs.worker import Worker, run_until_idle
from tests.foundation.example.jobs import Hold, Note
from tests.foundation.example.models import Trace
from tests.foundation.waiting import wait_until


@pytest.fixture
def running(db: None) -> RunningJob:
    submit("example.note", Note())
    claimed = ledger.claim("default", "w1")
    assert claimed is not None
    return RunningJob(claimed[1], 1, ledger.beat)


def test_reports_are_written_once_a_second_at_most_and_at_each_new_stage(
    running: RunningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[float | None, str | None]] = []
    monkeypatch.setattr(running, "_beat", lambda lease, progress, stage: written.append((progress, stage)))

    running.heartbeat(0.1, "probe")
    for step in range(100):
        running.heartbeat(0.1 + step / 1000)
    running.heartbeat(0.2, "encode")

    assert written == [(0.1, "probe"), (0.2, "encode")]


def test_progress_stays_a_share(running: RunningJob) -> None:
    running.heartbeat(1.7, "over")

    assert Job.objects.get().progress == 1.0


def test_what_the_lease_keeper_learns_is_raised_at_the_next_heartbeat(
    running: RunningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel(running.id)
    monkeypatch.setattr(running, "_written_at", -1e9)

    running.keep_alive()

    with pytest.raises(JobCancelled):
        running.heartbeat()


def test_the_lease_is_left_alone_until_a_third_of_it_has_passed(running: RunningJob) -> None:
    before = Job.objects.get().lease_until

    running.keep_alive()

    assert Job.objects.get().lease_until == before


def test_a_handler_asked_to_stop_hears_it_at_once(running: RunningJob) -> None:
    running.stop()

    with pytest.raises(WorkerStopping):
        running.heartbeat(0.5)


def test_a_busy_database_makes_the_ledger_try_again_and_not_the_handler(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("example.note", Note())
    finish, calls = ledger.finish, []

    def finish_at_the_third_try(lease: Lease, outcome: Outcome, fan_out: None) -> None:
        calls.append(lease)
        if len(calls) < 3:
            raise OperationalError("database is locked")
        finish(lease, outcome, fan_out)

    monkeypatch.setattr(ledger, "finish", finish_at_the_third_try)

    run_until_idle()

    assert (Job.objects.get().state, Job.objects.get().attempt) == (State.SUCCEEDED, 1)
    assert Trace.objects.count() == 1


def test_a_lost_lease_ends_the_run_quietly(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    submit("example.note", Note())

    def lose(lease: Lease, outcome: Outcome, fan_out: None) -> None:
        raise LeaseLost

    monkeypatch.setattr(ledger, "finish", lose)

    assert run_until_idle() == 1
    assert Job.objects.get().state == State.RUNNING


def test_a_handler_that_does_not_listen_loses_its_job_after_the_grace(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE_S", 0.1)
    began, until = tmp_path / "began", tmp_path / "until"
    submit("example.hold", Hold(began=str(began), until=str(until), beats=False))
    one = Worker("w1", ["default"])
    thread = threading.Thread(target=one.work)
    thread.start()
    wait_until(began.exists)

    one.stop()
    thread.join(10)

    assert (Job.objects.get(kind="example.hold").state, thread.is_alive()) == (State.QUEUED, False)
    until.touch()
    wait_until(lambda: not one.lanes[0].is_alive())
    assert Job.objects.get(kind="example.hold").state == State.QUEUED
    assert not Trace.objects.filter(what="held").exists()


def test_a_lane_outlives_a_database_that_does_not_answer(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "TROUBLE_S", 0.01)
    claim = ledger.claim
    failures: list[str] = []

    def claim_at_the_third_try(lane: str, name: str) -> object:
        if len(failures) < 2:
            failures.append(lane)
            raise OperationalError("the database is starting up")
        return claim(lane, name)

    monkeypatch.setattr(ledger, "claim", claim_at_the_third_try)
    submit("example.note", Note())
    stopping = threading.Event()
    lane = PollingLane("default", "w1", stopping)

    lane.start()
    wait_until(lambda: Job.objects.get().state == State.SUCCEEDED)
    stopping.set()
    lane.join(10)

    assert not lane.is_alive()


def test_a_dead_lane_is_stuck() -> None:
    assert PollingLane("default", "w1", threading.Event()).is_stuck


@pytest.mark.django_db(transaction=True)
def test_lanes_of_the_process_are_woken_by_the_commit(settings: Settings) -> None:
    settings.QUEUE_URL = ""
    bell = polling.bell()

    submit("example.note", Note())

    assert bell.is_set()
