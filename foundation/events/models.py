"""What was told to whom, and what was heard from whom?"""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction that made it happen. Its id is the ``webhook-id``."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)  # what it is about, e.g. tool:<uuid>
    data = models.JSONField()
    occurred_at = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["recorded_at"])]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"

    @property
    def webhook_id(self) -> str:
        """The id a receiver knows the event by; the same at every attempt."""
        return f"msg_{self.id.hex}"


class OutboxDelivery(models.Model):
    """One event to one endpoint, known by name: its address and secret are looked up when it is sent."""

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="deliveries")
    endpoint = models.CharField(max_length=100)
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    replays = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="events_one_delivery_per_endpoint"),
            models.CheckConstraint(
                name="events_delivered_has_time", condition=~Q(state="delivered") | Q(delivered_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["event"], condition=~Q(state="delivered"), name="events_open")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint} ({self.state})"

    @property
    def job_key(self) -> str:
        """The ledger's key: one job per delivery, and one per replay of it."""
        return f"events.deliver:{self.pk}:{self.replays}"


class DeliveryAttempt(models.Model):
    """One try: what the endpoint answered, without bodies."""

    delivery = models.ForeignKey(OutboxDelivery, models.CASCADE, related_name="attempts")
    attempted_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # null: no answer
    duration_ms = models.PositiveIntegerField()
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"


class InboxMessage(models.Model):
    """A message that was heard: written in the transaction of its effect, so that hearing it twice changes nothing."""

    source = models.CharField(max_length=50)
    webhook_id = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "webhook_id"], name="events_heard_once")]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return f"{self.type} from {self.source}"
