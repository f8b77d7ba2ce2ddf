"""Can an operator see what waits, what runs and what failed?"""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from foundation.jobs import ledger
from foundation.jobs.actions import submit
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from tests.foundation.example.jobs import Note

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("jobs", *arguments, stdout=out)
    return out.getvalue()


def test_an_empty_ledger_has_nothing_to_show() -> None:
    assert said() == "Waiting:\n  nothing\nRunning:\n  nothing\nFailed, the newest first:\n  nothing\n"


def test_what_waits_runs_and_failed_is_shown_with_the_reason() -> None:
    submit("example.refuse", Note(what="No such\nfilm."))
    run_until_idle()
    running = submit("example.note", Note(), priority=1)
    submit("example.note", Note())
    submit("example.note", Note(), run_at=datetime.now(UTC) + timedelta(days=1))
    ledger.claim("default", "host/worker")

    shown = said()

    assert "     2 queued example.note (default), oldest 0 s ago, now\n" in shown
    assert f"  {running.id} example.note, attempt 1, 0%, since 0 s ago, host/worker answers\n" in shown
    assert ": No such film.\n" in shown


def test_a_worker_that_is_silent_is_called_so() -> None:
    submit("example.note", Note())
    ledger.claim("default", "host/worker")
    Job.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=5))

    assert "host/worker SILENT\n" in said()


def test_a_job_can_be_called_off() -> None:
    job = submit("example.note", Note())

    assert said("--cancel", str(job.id)) == "example.note is cancelled.\n"
    job.refresh_from_db()
    assert job.state == "cancelled"
    with pytest.raises(CommandError, match="There is no job"):
        call_command("jobs", "--cancel", str(uuid4()))
