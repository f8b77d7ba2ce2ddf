"""Do tasks of DEP 14 run through the ledger as their own backends run them?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.base import TaskResult
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.signals import task_enqueued, task_finished, task_started

from foundation.jobs import ledger
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from tests.foundation.example.jobs import add, attempt_number, divide

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """Which signals were sent, with the status they told."""
    signals: list[tuple[str, str]] = []

    def hear(signal: Any, task_result: TaskResult[Any], **kwargs: object) -> None:
        names = {task_enqueued: "enqueued", task_started: "started", task_finished: "finished"}
        signals.append((names[signal], task_result.status.value))

    for signal in (task_enqueued, task_started, task_finished):
        signal.connect(hear)
    yield signals
    for signal in (task_enqueued, task_started, task_finished):
        signal.disconnect(hear)


def test_a_task_is_queued_runs_and_returns(heard: list[tuple[str, str]]) -> None:
    result = add.enqueue(2, b=3)
    assert (result.status, result.args, result.kwargs, result.attempts) == (TaskResultStatus.READY, [2], {"b": 3}, 0)

    run_until_idle()
    result.refresh()

    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 5, 1)
    assert None not in (result.enqueued_at, result.started_at, result.last_attempted_at, result.finished_at)
    assert heard == [("enqueued", "READY"), ("started", "RUNNING"), ("finished", "SUCCESSFUL")]


def test_a_task_that_raises_has_failed_with_its_traceback(heard: list[tuple[str, str]]) -> None:
    result = divide.enqueue(1, 0)

    run_until_idle()
    result.refresh()

    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is ZeroDivisionError
    assert "tests/foundation/example/jobs.py" in result.errors[0].traceback
    assert heard[-1] == ("finished", "FAILED")


def test_a_task_whose_worker_was_lost_runs_again() -> None:
    result = attempt_number.enqueue()
    ledger.claim("default", "w1")
    assert default_task_backend.get_result(result.id).status == TaskResultStatus.RUNNING
    ledger.take_back_from("w1")

    run_until_idle()
    result.refresh()

    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 2, 2)


def test_priority_and_start_are_the_ledger_s() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)

    result = add.using(priority=7, run_after=later).enqueue(1, 1)

    job = Job.objects.get(id=result.id)
    assert (job.priority, job.run_at) == (7, later)
    assert result.task.priority == 7
    assert run_until_idle() == 0


def test_a_queue_that_is_not_configured_is_refused() -> None:
    with pytest.raises(InvalidTaskError):
        add.using(queue_name="elsewhere").enqueue(1, 1)

    assert not Job.objects.exists()


@pytest.mark.parametrize("unknown", ["nonsense", "9d7c2a52-6a3c-4d0c-8b46-0a3b1b9a4c1e"])
def test_a_result_nobody_knows_does_not_exist(unknown: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(unknown)


def test_a_task_whose_function_is_gone_fails_visibly(heard: list[tuple[str, str]]) -> None:
    result = add.enqueue(1, 1)
    job = Job.objects.get()
    job.payload["path"] = "tests.foundation.example.jobs.subtract"
    job.save(update_fields=["payload"])

    run_until_idle()

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "There is no task tests.foundation.example.jobs.subtract any more.")
    assert heard == [("enqueued", "READY")]
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(result.id)
