"""How do tasks of ``django_tasks`` (DEP 14), such as Wagtail's, run through the ledger?

Imported only where settings.TASKS names ``foundation.jobs.tasks.LedgerBackend``. A task that raises has failed; a task
whose worker was lost runs again.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskContext, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued, task_finished, task_started
from django_tasks.utils import get_exception_traceback, get_module_path, normalize_json

from foundation.contracts.base import Contract
from foundation.jobs.actions import submit
from foundation.jobs.errors import JobInterrupted, Terminal
from foundation.jobs.models import Job, State
from foundation.jobs.registry import job_handler
from foundation.jobs.running import Outcome, RunningJob

RUN_TASK = "tasks.run"
_STATUS = {
    State.QUEUED: TaskResultStatus.READY,
    State.RUNNING: TaskResultStatus.RUNNING,
    State.WAITING: TaskResultStatus.RUNNING,
    State.SUCCEEDED: TaskResultStatus.SUCCESSFUL,
    State.FAILED: TaskResultStatus.FAILED,
    State.CANCELLED: TaskResultStatus.FAILED,
}


class TaskCall(Contract):
    """Payload: which function, with what; ``queue`` and ``backend`` are kept for the result."""

    path: str
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str
    backend: str


class TaskEnd(Contract):
    """Result of a job that ran a task: what it returned, or what it raised."""

    returned: Any = None
    exception: str = ""
    traceback: str = ""


class TaskGone(Terminal):
    """The function a task was made of is not in the code any more."""


class LedgerBackend(BaseTaskBackend):
    """Stores a task as a job of the kind ``tasks.run``, in the caller's transaction."""

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Queue ``task`` and return its result, which is ready to be refreshed."""
        self.validate_task(task)
        call = TaskCall(
            path=task.module_path,
            args=normalize_json(args),
            kwargs=normalize_json(kwargs),
            queue=task.queue_name,
            backend=self.alias,
        )
        job = submit(RUN_TASK, call, priority=task.priority, run_at=task.run_after)
        result = result_of(job)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Return the state of a task; TaskResultDoesNotExist if the ledger knows no such task (any more)."""
        try:
            job = Job.objects.get(id=UUID(result_id), kind=RUN_TASK)
        except (Job.DoesNotExist, ValueError):
            raise TaskResultDoesNotExist(result_id) from None
        try:
            return result_of(job)
        except TaskGone as error:
            raise TaskResultDoesNotExist(result_id) from error


def result_of(job: Job) -> TaskResult[Any]:
    """Return what DEP 14 says about a job that runs a task."""
    call = TaskCall.model_validate(job.payload)
    end = TaskEnd.model_validate(job.result or {})
    result: TaskResult[Any] = TaskResult(
        task=_task(job, call),
        id=str(job.id),
        status=_STATUS[State(job.state)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.claimed_at,
        args=call.args,
        kwargs=call.kwargs,
        backend=call.backend,
        errors=[TaskError(exception_class_path=end.exception, traceback=end.traceback)] if end.exception else [],
        worker_ids=[job.worker] * job.attempt,
    )
    object.__setattr__(result, "_return_value", end.returned)
    return result


def tell_finished(job: Job) -> None:
    """Send the signal ``task_finished`` in the transaction in which the job ended."""
    job.refresh_from_db()
    with suppress(TaskGone):  # no code is left that could have connected to the signal
        task_finished.send(LedgerBackend, task_result=result_of(job))


@job_handler(RUN_TASK, payload=TaskCall, max_attempts=3, on_failed=tell_finished)
def run_task(running: RunningJob, call: TaskCall) -> Outcome:
    """Call the task's function; an exception of it fails the job, and is kept with its traceback."""
    job = Job.objects.get(id=running.id)
    result = result_of(job)
    task_started.send(LedgerBackend, task_result=result)
    context = [TaskContext(task_result=result)] if result.task.takes_context else []
    try:
        returned = normalize_json(result.task.call(*context, *call.args, **call.kwargs))
    except JobInterrupted:
        raise
    except Exception as error:
        end = TaskEnd(exception=get_module_path(type(error)), traceback=get_exception_traceback(error))
        raise Terminal(f"{type(error).__name__}: {error}", result=end) from error
    return Outcome(result=TaskEnd(returned=returned), effect=lambda: tell_finished(job))


def _task(job: Job, call: TaskCall) -> Task[..., Any]:
    """Return the task as it was enqueued; TaskGone if there is no such function any more."""
    try:
        task: Task[..., Any] = import_string(call.path)
    except ImportError as error:
        raise TaskGone(f"There is no task {call.path} any more.") from error
    return task.using(priority=job.priority, queue_name=call.queue, run_after=job.run_at, backend=call.backend)
