"""Which partners are there, which keys do they hold, and where do they want to hear of events?"""

import secrets
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.partners.addresses import refuse_unsafe_url
from cms.taxonomy.fields import WebAddressField


def new_salt() -> str:
    """Return what makes the secret of an endpoint its own."""
    return secrets.token_hex(16)


class Partner(models.Model):
    """An organisation with a site that shows our tools."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    site_url = WebAddressField(_("site"), blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("For colleagues. Name roles, not people."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("The keys of an inactive partner don't work, and it hears of no events.")
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A key of a partner. Only its hash is kept: the key itself is shown once, when it is made."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys", verbose_name=_("partner"))
    label = models.CharField(_("label"), max_length=80, help_text=_("What it is used for, such as “website”."))
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave it empty for the usual limit."),
    )
    created_at = models.DateTimeField(_("made on"), editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering: ClassVar = ["partner__name", "label", "-created_at"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class WebhookEndpoint(models.Model):
    """An address of a partner that hears of events. Its secret is derived, so that no copy of it is stored."""

    class Event(models.TextChoices):
        RELEASED = "release.created", _("A release was made.")
        RECALLED = "release.recalled", _("A release was recalled.")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="endpoints", verbose_name=_("partner"))
    url = WebAddressField(_("address"), validators=[refuse_unsafe_url], help_text=_("An https address of the partner."))
    hears_of_releases = models.BooleanField(_("hears of releases"), default=True)
    hears_of_recalls = models.BooleanField(_("hears of recalls"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    salt = models.CharField(max_length=32, editable=False, default=new_salt)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering: ClassVar = ["partner__name", "url"]

    def __str__(self) -> str:
        return str(self.url)

    def hears_of(self, event_type: str) -> bool:
        """Say whether an event of this type goes here."""
        wishes = {self.Event.RELEASED.value: self.hears_of_releases, self.Event.RECALLED.value: self.hears_of_recalls}
        return wishes.get(event_type, False)
