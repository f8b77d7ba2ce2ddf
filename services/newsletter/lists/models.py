"""What do we remember of those who get mail? Lists, subscribers, consent, suppressions."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from services.newsletter.lists.addresses import LONGEST_ADDRESS


class MailingList(models.Model):
    """A list somebody can be on. A public one is offered on the subscription page."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, validators=[RegexValidator(r"^[^\x00-\x1f\x7f]+$")])
    description = models.CharField(max_length=300, blank=True)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Subscriber(models.Model):
    """A mail address and the language it reads. ``mail_allowed_at`` throttles the mails a stranger can cause."""

    address = models.EmailField(max_length=LONGEST_ADDRESS, unique=True)
    address_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()
    mails_asked = models.PositiveIntegerField(default=0)
    mail_allowed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address=Lower("address")), name="lists_subscriber_address_is_normal"),
        ]


class Subscription(models.Model):
    """Whether a subscriber is on a list, and the record of their consent: when, how, to which text. No IP address."""

    class State(models.TextChoices):
        PENDING = "pending"  # until the mail is answered
        CONFIRMED = "confirmed"
        UNSUBSCRIBED = "unsubscribed"

    class Origin(models.TextChoices):
        PAGE = "page"
        PREFERENCES = "preferences"
        IMPORT = "import"

    list = models.ForeignKey(MailingList, on_delete=models.PROTECT, related_name="subscriptions")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    state = models.CharField(max_length=12, choices=State.choices)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    consent_origin = models.CharField(max_length=12, choices=Origin.choices)
    consent_text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "subscriber"], name="lists_subscription_once"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="lists_confirmed_has_its_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="unsubscribed") | Q(unsubscribed_at__isnull=False),
                name="lists_unsubscribed_has_its_date",
            ),
        ]
        indexes = [models.Index(fields=["subscriber", "state", "list"], name="lists_subscription_reader")]


class Suppression(models.Model):
    """An address that must never be mailed, known by its hash only."""

    class Reason(models.TextChoices):
        ERASED = "erased"  # asked to be forgotten
        BOUNCED = "bounced"  # the relay says that there is no such mailbox

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    created_at = models.DateTimeField()
