"""``jobs``: what waits, what runs and where, what failed and why."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Min
from django.utils import timezone

from foundation.jobs import actions
from foundation.jobs.models import Job, State

WAITING = (State.QUEUED, State.WAITING)
SHOWN_ERROR = 160


class Command(BaseCommand):
    help = "Say what waits, what runs and where, and what failed and why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=10, help="how many failed jobs are shown (default: 10)")
        parser.add_argument("--cancel", type=UUID, metavar="ID", help="call this job off, and its children")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cancel"]:
            self._cancel(options["cancel"])
            return
        for title, lines in (
            ("Waiting", waiting()),
            ("Running", running()),
            ("Failed, the newest first", failed(options["limit"])),
        ):
            self.stdout.write(f"{title}:")
            for line in list(lines) or ["nothing"]:
                self.stdout.write(f"  {line}")

    def _cancel(self, job_id: UUID) -> None:
        try:
            job = actions.cancel(job_id)
        except Job.DoesNotExist as error:
            raise CommandError(f"There is no job {job_id}.") from error
        self.stdout.write(f"{job.kind} is {job.state}{', and was asked to stop' if job.cancel_requested else ''}.")


def waiting() -> Iterator[str]:
    """Yield a line for each kind that waits: how many, since when, how many of them for a later time."""
    now = timezone.now()
    rows = Job.objects.filter(state__in=WAITING).values("lane", "kind", "state").order_by("lane", "kind", "state")
    for row in rows.annotate(number=Count("id"), since=Min("created_at"), due=Min("run_at")):
        when = "now" if row["due"] <= now else f"from {row['due']:%d %b %H:%M:%S}Z"
        yield f"{row['number']:>6} {row['state']} {row['kind']} ({row['lane']}), oldest {_ago(row['since'])}, {when}"


def running() -> Iterator[str]:
    """Yield a line for each job that runs: by whom, how far, and whether its worker still answers."""
    for job in Job.objects.filter(state=State.RUNNING).order_by("claimed_at"):
        answers = "answers" if job.lease_until and job.lease_until > timezone.now() else "SILENT"
        far = f"{job.progress:.0%} {job.stage}".strip()
        yield f"{job.id} {job.kind}, attempt {job.attempt}, {far}, since {_ago(job.claimed_at)}, {job.worker} {answers}"


def failed(limit: int) -> Iterator[str]:
    """Yield a line for each of the jobs that failed last, with the beginning of the reason."""
    for job in Job.objects.filter(state=State.FAILED).order_by("-finished_at")[:limit]:
        reason = " ".join(job.error.split())[:SHOWN_ERROR]
        yield f"{job.id} {job.kind}, {_ago(job.finished_at)}, request {job.request_id}: {reason}"


def _ago(at: Any) -> str:
    return f"{(timezone.now() - at).total_seconds():.0f} s ago" if at else "never"
