"""Do real worker processes lose or double anything, whatever befalls them?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from foundation.jobs.actions import cancel, submit
from foundation.jobs.models import Job, State
from tests.foundation.conftest import WorkerProcess
from tests.foundation.example.jobs import Hold, Note
from tests.foundation.example.models import Trace
from tests.foundation.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

StartWorker = Callable[..., WorkerProcess]


def held_job(tmp_path: Path, *, beats: bool = True) -> tuple[Job, Path, Path]:
    """Submit a job that writes one file when it begins and ends when the other appears."""
    began, until = tmp_path / "began", tmp_path / "until"
    return submit("example.hold", Hold(began=str(began), until=str(until), beats=beats)), began, until


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.has_ended


def test_a_job_whose_worker_is_killed_completes_once_under_its_successor(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    job, began, until = held_job(tmp_path)
    first = start_worker("only")
    wait_until(began.exists)
    first.kill()
    until.touch()

    second = start_worker("only")
    wait_until(lambda: ended(job))

    assert (job.state, job.attempt, job.fence) == (State.SUCCEEDED, 2, 2)
    held = Trace.objects.filter(what="held")
    assert list(held.values_list("pid", "fence")) == [(second.process.pid, 2)]


def test_another_worker_takes_over_when_the_lease_of_a_killed_one_has_run_out(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    job, began, until = held_job(tmp_path)
    first = start_worker("first")
    wait_until(began.exists)
    start_worker("second").wait_until_ready()
    first.kill()
    until.touch()

    wait_until(lambda: ended(job))

    assert (job.state, job.attempt) == (State.SUCCEEDED, 2)
    assert Trace.objects.filter(what="held").count() == 1


def test_a_handler_that_never_reports_keeps_its_lease(start_worker: StartWorker, tmp_path: Path) -> None:
    job, began, until = held_job(tmp_path, beats=False)
    start_worker()
    wait_until(began.exists)
    first_lease = Job.objects.get().lease_until
    assert first_lease is not None

    wait_until(lambda: Job.objects.filter(lease_until__gt=first_lease).exists())
    until.touch()
    wait_until(lambda: ended(job))

    assert (job.state, job.attempt) == (State.SUCCEEDED, 1)


def test_a_worker_told_to_stop_gives_its_job_back(start_worker: StartWorker, tmp_path: Path) -> None:
    job, _, _ = held_job(tmp_path)
    worker = start_worker()
    wait_until(lambda: Job.objects.filter(stage="holding").exists())

    assert worker.terminate() == 0

    job.refresh_from_db()
    assert (job.state, job.attempt, job.stage, job.progress) == (State.QUEUED, 0, "holding", 0.5)
    assert not Trace.objects.filter(what="held").exists()


def test_a_running_job_that_is_cancelled_stops(start_worker: StartWorker, tmp_path: Path) -> None:
    job, began, _ = held_job(tmp_path)
    start_worker()
    wait_until(began.exists)

    cancel(job.id)
    wait_until(lambda: ended(job))

    assert job.state == State.CANCELLED
    assert Trace.objects.filter(what="on_failed example.hold cancelled Cancelled.").count() == 1
    assert not Trace.objects.filter(what="held").exists()


def test_two_workers_share_300_jobs_and_run_none_twice(start_worker: StartWorker) -> None:
    workers = [start_worker("one"), start_worker("two")]
    for worker in workers:
        worker.wait_until_ready()

    for number in range(300):
        submit("example.note", Note(what=str(number)))
    wait_until(lambda: Job.objects.filter(kind="example.note", state=State.SUCCEEDED).count() == 300, limit_s=60)

    assert sorted(Trace.objects.exclude(what="tick").values_list("what", flat=True)) == sorted(map(str, range(300)))
    assert set(Trace.objects.values_list("pid", flat=True)) == {0} | {worker.process.pid for worker in workers}
    assert set(Job.objects.values_list("attempt", flat=True)) == {1}
    assert Trace.objects.filter(what="tick").count() == 1


def test_a_worker_says_whether_it_can_work(start_worker: StartWorker) -> None:
    worker = start_worker()
    worker.wait_until_ready()

    assert worker.answers("/healthz") == (200, '{"status": "alive"}')
    status, body = worker.answers("/readyz")
    assert (status, json.loads(body)) == (200, {"status": "ready", "missing": []})
    assert worker.answers("/else")[0] == 404


def test_a_worker_started_before_its_tables_waits_for_them(
    start_worker: StartWorker, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("migrate", "jobs", "zero", verbosity=0)
    try:
        worker = start_worker()
        wait_until(lambda: worker.answers("/readyz")[0] == 503)
        missing = json.loads(worker.answers("/readyz")[1])["missing"]
    finally:
        call_command("migrate", verbosity=0)

    assert "migrations are not applied; run the command migrate." in " ".join(missing)
    job = submit("example.note", Note())
    wait_until(lambda: ended(job))
    worker.wait_until_ready()


def test_the_command_works_the_queue_off(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        submit("example.note", Note())

    call_command("work", "--once")
    call_command("work", "--until-idle")

    assert capsys.readouterr().out.splitlines() == ["2 jobs ran.", "3 jobs ran."]  # and one tick, and one purge
    assert set(Job.objects.values_list("state", flat=True)) == {State.SUCCEEDED}
