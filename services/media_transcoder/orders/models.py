"""What is known about each film the CMS wants prepared?"""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Order(models.Model):
    """One film to prepare: what was asked, where it stands, and its manifest once it succeeded."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        REFUSED = "refused"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    idempotency_key = models.CharField(max_length=200, unique=True)
    request = models.JSONField()
    job_id = models.UUIDField(null=True, unique=True)

    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=10, default="queued")
    progress = models.FloatField(default=0)
    message = models.TextField(blank=True)
    manifest = models.JSONField(null=True)
    division = models.JSONField(null=True)  # what is made of a film in chunks, while they are made
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="orders_manifest_when_succeeded",
                condition=Q(state="succeeded", manifest__isnull=False)
                | (~Q(state="succeeded") & Q(manifest__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


OPEN = (Order.State.QUEUED, Order.State.RUNNING)
