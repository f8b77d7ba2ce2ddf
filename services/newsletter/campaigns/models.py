"""What is known of a campaign? What it sends, in which languages, and the ledger: one row per person."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from services.newsletter.lists.models import MailingList, Subscriber


class Campaign(models.Model):
    """The sending of one issue to lists. ``version`` grows with every change that is told."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        SENDING = "sending"
        PAUSED = "paused"
        FINISHED = "finished"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    idempotency_key = models.CharField(max_length=200, unique=True)
    request = models.JSONField()  # the CampaignRequest as it came
    issue_id = models.UUIDField(db_index=True)
    lists = models.ManyToManyField(MailingList, related_name="campaigns")
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    message = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    audience = models.PositiveIntegerField(default=0)  # counted once, when the audience is frozen
    slice = models.PositiveIntegerField(default=0)  # the latest round of newsletter.send
    relay_failures = models.PositiveIntegerField(default=0)  # in a row
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaigns_state_known",
                condition=Q(state__in=["preparing", "sending", "paused", "finished", "failed", "cancelled"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


OPEN = (Campaign.State.PREPARING, Campaign.State.SENDING, Campaign.State.PAUSED)


class Variant(models.Model):
    """The issue in one language, rendered once; rendered again, under the next version, when an item is withdrawn."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="variants")
    locale = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    payload = models.JSONField()  # the ReleasePayload
    withdrawn_items = models.JSONField(default=list)  # positions of items that are no longer shown
    unlinked_items = models.JSONField(default=list)  # positions of items whose tool nobody can open
    subject = models.CharField(max_length=300)
    html = models.TextField()
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    is_recalled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "locale"], name="campaigns_variant_once")]

    def __str__(self) -> str:
        return f"{self.locale}/{self.number}"


class Delivery(models.Model):
    """One issue to one person: the row is unique, so nobody is mailed twice.

    ``claim`` names the run that holds the row, and its journal; an ``in_doubt`` row keeps it: a run thought dead
    can still tell how it ended. ``note`` says why a mail was rejected (reply code and status) or suppressed.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        CLAIMED = "claimed"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        IN_DOUBT = "in_doubt"
        SUPPRESSED = "suppressed"

    class Note(models.TextChoices):
        """Why a delivery is suppressed."""

        SUPPRESSED = "suppressed"
        ALREADY_SENT = "already_sent"  # by another campaign of the same issue
        UNSUBSCRIBED = "unsubscribed"
        ERASED = "erased"
        CANCELLED = "cancelled"
        RECALLED = "recalled"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.SET_NULL, null=True, related_name="deliveries")
    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    note = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # that the relay answered with "later"
    not_before = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "subscriber"], name="campaigns_mailed_once"),
            models.CheckConstraint(
                name="campaigns_delivery_state_known",
                condition=Q(state__in=["pending", "claimed", "accepted", "rejected", "in_doubt", "suppressed"]),
            ),
            models.CheckConstraint(
                name="campaigns_claimed_has_claim",
                condition=~Q(state="claimed") | Q(claim__isnull=False, claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="campaigns_only_open_has_claim",
                condition=Q(claim__isnull=True) | Q(state__in=["claimed", "in_doubt"]),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="campaigns_delivery_queue"),
            models.Index(fields=["claim"], condition=Q(state="claimed"), name="campaigns_delivery_claims"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class RecalledTool(models.Model):
    """What the CMS told us to withdraw: a tool, a locale of it, or a release. Kept for campaigns being prepared."""

    tool_id = models.UUIDField(db_index=True)
    locale = models.CharField(max_length=20, blank=True)  # empty: every language
    number = models.PositiveIntegerField(default=0)  # 0: every release
    noted_at = models.DateTimeField()
