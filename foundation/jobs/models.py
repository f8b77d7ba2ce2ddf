"""What is known about each unit of background work? The row is the truth; docs/job-ledger.md draws its transitions."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class State(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # its own work is done, its children's is not
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One unit of background work.

    Who runs it holds a lease until ``lease_until`` and knows ``fence``, which grows at each claim: whoever writes with
    an older fence changes nothing. The jobs of a fan-out are a family; whatever changes more than one locks ``root``.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=100)
    lane = models.CharField(max_length=30)
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - null: any number of jobs have no key
    payload = models.JSONField()
    priority = models.IntegerField(default=0)
    run_at = models.DateTimeField()
    publish_at = models.DateTimeField(db_default=Now())  # a job still waiting then is missing from its queue
    request_id = models.CharField(max_length=64, blank=True)

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    fence = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)

    progress = models.FloatField(default=0)
    stage = models.CharField(max_length=60, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)

    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    root = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    pending_children = models.PositiveIntegerField(default=0)
    then = models.JSONField(null=True)  # the submission that follows once all children have succeeded

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)  # first claim
    claimed_at = models.DateTimeField(null=True)  # last claim
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(F("state"), F("lane"), F("priority").desc(), F("run_at"), name="jobs_runnable"),
            models.Index(F("kind"), F("finished_at"), name="jobs_ended"),
            models.Index(F("lane"), F("publish_at"), name="jobs_unpublished", condition=Q(state="queued")),
        ]
        constraints = [
            models.CheckConstraint(name="jobs_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="jobs_running_is_leased",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="jobs_ended_has_end",
                condition=Q(state__in=ENDED, finished_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="jobs_only_waiting_has_pending", condition=Q(state="waiting") | Q(pending_children=0)
            ),
            models.CheckConstraint(name="jobs_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED
