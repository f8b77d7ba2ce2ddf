"""What is stored of releases, recalls and changes?

Rows of ``Release``, ``ReleaseAsset`` and ``Change`` are written once: database triggers refuse to update or delete
them. Nothing here refers to staff or pages by foreign key, so that a frozen row never stands in the way of deleting
either, and the delivery process needs no other app.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ToolKind(models.TextChoices):
    COMIC = "comic", _("Comic")
    FILM = "film", _("Film")
    ISSUE = "issue", _("Newsletter issue")


class ChangeClass(models.TextChoices):
    TYPO = "typo", _("Typo: wording or spelling, the message is the same.")
    MEANING = "meaning", _("Meaning: the message has changed.")
    SAFETY = "safety", _("Safety: replace older copies at once.")


class RecallScope(models.TextChoices):
    TOOL = "tool", _("The tool in every language")
    EDITION = "edition", _("One language")
    RELEASE = "release", _("One release")


class FeedPosition(models.Model):
    """The cursor of the last change. Its one row is the lock under which everything is released or recalled."""

    value = models.BigIntegerField(default=0)


class Release(models.Model):
    """An immutable, numbered snapshot of an edition. ``payload`` is canonical JSON, ``listing`` its entry in lists."""

    tool_id = models.UUIDField()
    locale = models.CharField(max_length=35)
    kind = models.CharField(max_length=20, choices=ToolKind.choices)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    changelog = models.CharField(max_length=500, blank=True)
    change_class = models.CharField(max_length=20, choices=ChangeClass.choices)
    released_at = models.DateTimeField()
    released_by = models.BigIntegerField(null=True, help_text="Primary key of the member of staff; None for a machine.")
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    listing = models.BinaryField()
    payload = models.BinaryField()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tool_id", "locale", "number"], name="releases_one_release_per_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="releases_numbers_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.locale}, {self.number})"


class Edition(models.Model):
    """A tool in one language: what was its last number, and which release is served as its latest?

    ``latest`` is None once everything was recalled. ``released_at`` and ``sort_title`` repeat it for sorting.
    """

    tool_id = models.UUIDField()
    locale = models.CharField(max_length=35)
    kind = models.CharField(max_length=20, choices=ToolKind.choices)
    last_number = models.PositiveIntegerField(default=0)
    latest = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    sort_title = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tool_id", "locale"], name="releases_one_edition_per_locale")
        ]
        indexes: ClassVar = [
            models.Index(fields=["locale", "-released_at", "tool_id"], name="releases_newest_editions"),
            models.Index(fields=["locale", "sort_title", "tool_id"], name="releases_editions_by_title"),
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} ({self.locale})"


class EditionTerm(models.Model):
    """A term of the edition's latest release, for filtering."""

    class Vocabulary(models.TextChoices):
        THEME = "theme", _("Theme")
        AUDIENCE = "audience", _("Audience")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="terms")
    vocabulary = models.CharField(max_length=20, choices=Vocabulary.choices)
    code = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vocabulary", "code", "edition"], name="releases_one_term_per_edition")
        ]

    def __str__(self) -> str:
        return self.code


class ReleaseAsset(models.Model):
    """A public file that a release needs."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="assets")
    key = models.CharField(max_length=400, db_index=True)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "key"], name="releases_one_asset_per_key")]

    def __str__(self) -> str:
        return self.key


class Recall(models.Model):
    """The withdrawal of releases, once and for all: only a new release brings a tool back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    tool_id = models.UUIDField(db_index=True)
    scope = models.CharField(max_length=20, choices=RecallScope.choices)
    locale = models.CharField(max_length=35, blank=True)
    number = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500)
    recalled_at = models.DateTimeField()
    recalled_by = models.BigIntegerField(null=True, help_text="Primary key of the member of staff; None for a machine.")
    position = models.BigIntegerField(help_text="The cursor of the last change that belongs to this recall.")
    files_removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")

    def __str__(self) -> str:
        return f"{self.tool_id} ({self.scope})"


class Withdrawal(models.Model):
    """A release that was recalled."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="withdrawal")
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="withdrawals")

    def __str__(self) -> str:
        return str(self.release)


class Change(models.Model):
    """One row of the partner feed. Cursors grow by one in the order of commits and leave no gap."""

    class Type(models.TextChoices):
        RELEASED = "released", _("Released")
        RECALLED = "recalled", _("Recalled")

    cursor = models.BigIntegerField(primary_key=True)
    type = models.CharField(max_length=20, choices=Type.choices)
    tool_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, choices=ToolKind.choices)
    locale = models.CharField(max_length=35)
    number = models.PositiveIntegerField()
    change_class = models.CharField(max_length=20, choices=ChangeClass.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["cursor"]

    def __str__(self) -> str:
        return f"{self.cursor} {self.type}"
