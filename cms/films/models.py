"""What is known of a film: its master, how far its preparation is, its captions, and uploads on their way."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.contracts.transcoding import FilmManifest


class FilmState(models.TextChoices):
    """How far the master is; all but ``queued`` and ``running`` last until a person does something.

    A file on its way in is an ``Upload``: a ready film stays ready while the one that will replace it arrives.
    """

    EMPTY = "empty", _("No file yet")
    QUEUED = "queued", _("Waiting to be prepared")
    RUNNING = "running", _("Being prepared")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Film(models.Model):
    """A film of the library.

    ``master_key`` and ``prepared_prefix`` point into the private store. A new master leaves ``manifest`` and
    ``prepared_prefix`` as they are until its own preparation succeeds. ``attempt`` grows each time the transcoder is
    asked; ``job_version`` is the last one heard of ``job_id``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    has_no_speech = models.BooleanField(
        _("nobody speaks in this film"),
        default=False,
        help_text=_("Tick it only if no word is spoken or sung: the film then needs no captions."),
    )
    state = models.CharField(_("state"), max_length=12, choices=FilmState, default=FilmState.EMPTY, editable=False)
    stage = models.CharField(max_length=20, blank=True, default="", editable=False)
    progress = models.FloatField(default=0, editable=False)
    message = models.CharField(max_length=1000, blank=True, default="", editable=False)
    master_key = models.CharField(max_length=400, blank=True, default="", editable=False)
    master_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    master_size_bytes = models.BigIntegerField(default=0, editable=False)
    master_name = models.CharField(max_length=255, blank=True, default="", editable=False)
    job_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    job_version = models.PositiveIntegerField(default=0, editable=False)
    attempt = models.PositiveIntegerField(default=0, editable=False)
    heard_at = models.DateTimeField(null=True, blank=True, editable=False)
    output_prefix = models.CharField(max_length=400, blank=True, default="", editable=False)
    prepared_prefix = models.CharField(max_length=400, blank=True, default="", editable=False)
    manifest = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FilmState.values), name="film_state_known"),
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="film_progress_is_a_share"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(manifest__isnull=False) & ~Q(prepared_prefix="")),
                name="film_ready_has_renditions",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("films:edit", args=[self.pk])

    @property
    def is_final(self) -> bool:
        """Whether nothing changes any more without a person."""
        return self.state not in {FilmState.QUEUED, FilmState.RUNNING}

    @property
    def prepared(self) -> FilmManifest | None:
        """What was made of the film, if anything was."""
        return FilmManifest.model_validate(self.manifest) if self.manifest else None


class CaptionTrack(models.Model):
    """The captions of a film in one language, as valid WebVTT."""

    film = models.ForeignKey(Film, on_delete=models.CASCADE, related_name="captions")
    locale = models.CharField(_("language"), max_length=20)
    vtt = models.TextField(_("captions"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("caption track")
        verbose_name_plural = _("caption tracks")
        ordering = ["locale"]
        constraints = [models.UniqueConstraint(fields=("film", "locale"), name="captions_once_per_language")]

    def __str__(self) -> str:
        return f"{self.film} ({self.locale})"


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("Uploading")
    COMPLETE = "complete", _("Checking the file")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


UPLOAD_KEPT_FOR = timedelta(hours=48)
"""How long an unfinished upload waits for its next piece."""
UPLOAD_RESTS_AFTER = timedelta(seconds=60)
"""After so long without a piece nobody seems to be sending any more."""


class Upload(models.Model):
    """A film file on its way in. ``offset_bytes`` is the sum of its parts: what is in no part hasn't arrived.

    An accepted upload is kept until it expires: a client that missed the last answer still learns that all has arrived.
    A direct upload goes from the browser to the S3 store, in parts of ``part_bytes``: there the truth is what the store
    lists for ``multipart_id``, and ``offset_bytes`` is what the browser last said. ``fingerprint`` tells its file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    film = models.ForeignKey(Film, on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    filename = models.CharField(max_length=255, blank=True, default="")
    length_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.RECEIVING)
    progress = models.FloatField(default=0)
    message = models.CharField(max_length=1000, blank=True, default="")
    multipart_id = models.CharField(max_length=1024, blank=True, default="")
    part_bytes = models.PositiveBigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(length_bytes__gt=0), name="upload_has_a_length"),
            models.CheckConstraint(
                condition=Q(offset_bytes__gte=0) & Q(offset_bytes__lte=F("length_bytes")),
                name="upload_offset_within_length",
            ),
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=Q(multipart_id="", part_bytes=0, fingerprint="")
                | (~Q(multipart_id="") & Q(part_bytes__gt=0) & ~Q(fingerprint="")),
                name="upload_direct_or_not",
            ),
            models.UniqueConstraint(
                fields=("film", "fingerprint"),
                condition=Q(state="receiving") & ~Q(fingerprint=""),
                name="upload_of_a_file_goes_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.offset_bytes}/{self.length_bytes})"

    def is_expired(self, *, at: datetime) -> bool:
        return self.state == UploadState.RECEIVING and self.expires_at <= at

    def is_resting(self, *, at: datetime) -> bool:
        """Whether pieces have stopped coming: every piece moved ``expires_at``."""
        last_piece_at = self.expires_at - UPLOAD_KEPT_FOR
        return self.state == UploadState.RECEIVING and at - last_piece_at > UPLOAD_RESTS_AFTER

    @property
    def is_direct(self) -> bool:
        """Whether the browser sends it straight to the store."""
        return bool(self.multipart_id)

    @property
    def prefix(self) -> str:
        """Where its parts lie in the private store."""
        return f"uploads/{self.pk.hex}"

    @property
    def master_folder(self) -> str:
        return f"masters/{self.pk}"

    @property
    def master_key(self) -> str:
        """Where its file lies once it is whole; a direct upload puts it there itself."""
        return f"{self.master_folder}/master"


class UploadPart(models.Model):
    """One piece of an upload, written and flushed before its row: two requests for the same place can't both win."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset_bytes = models.BigIntegerField()
    size_bytes = models.BigIntegerField()
    key = models.CharField(max_length=400)

    class Meta:
        ordering = ["offset_bytes"]
        constraints = [
            models.UniqueConstraint(fields=("upload", "offset_bytes"), name="upload_part_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="upload_part_not_empty"),
        ]

    def __str__(self) -> str:
        return self.key


class Leftover(models.Model):
    """Files of the private store that nothing uses any more, and from when on they may be deleted."""

    prefix = models.CharField(max_length=400, unique=True)
    purge_after = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.prefix


def manifest_data(manifest: FilmManifest) -> dict[str, Any]:
    """Return what ``Film.manifest`` stores."""
    return manifest.model_dump(mode="json")
