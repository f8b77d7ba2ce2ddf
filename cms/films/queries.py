"""What is the situation of a film, who uses it, and which films has the transcoder gone silent about?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import PROTECT, ManyToOneRel, QuerySet
from django.utils import timezone
from wagtail.models import ReferenceIndex

from cms.films.models import Film, FilmState, Upload, UploadState
from cms.films.words import RESTING, message_in_words, stage_in_words
from cms.releases.models import ReleaseAsset

SILENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Situation:
    """How a film stands, in the words and the language of the person who looks.

    ``progress`` is a share, or None when it can't be told. ``is_final``: nothing changes without a person. ``notice``
    is about a new file that could not take the place of the present one.
    """

    state: str
    label: str
    stage: str
    progress: float | None
    message: str
    is_final: bool
    can_retry: bool
    notice: str = ""


def situation_of(film: Film, *, at: datetime | None = None) -> Situation:
    """Return how ``film`` stands: its newest upload while that is on its way, else its master; now, or as of ``at``."""
    upload = next(iter(film.uploads.all()), None)  # newest first; a list of films has them prefetched
    if upload and upload.state in {UploadState.RECEIVING, UploadState.COMPLETE}:
        if not upload.is_resting(at=at or timezone.now()):
            return _of_upload(upload)
        if film.state == FilmState.EMPTY:
            return replace(_of_upload(upload), message=message_in_words(RESTING), is_final=True)
    refused = message_in_words(upload.message) if upload and upload.state == UploadState.REFUSED else ""
    if refused and film.state == FilmState.EMPTY:
        label = str(FilmState.REFUSED.label)
        return Situation(FilmState.REFUSED, label, "", None, refused, is_final=True, can_retry=False)
    return _of_master(film, notice=refused)


def duration_of(film: Film) -> float | None:
    """Return how long the film is, in seconds, once that is known of the present master."""
    prepared = film.prepared
    return prepared.duration_s if prepared and film.state == FilmState.READY else None


def is_used(film: Film) -> bool:
    """Say whether a page or anything else refers to the film.

    Wagtail's index of references knows rich text and blocks too, but a moment later; foreign keys are known at once.
    """
    return _is_pointed_at(film) or ReferenceIndex.get_references_to(film).exists()


def is_released(film: Film) -> bool:
    """Say whether a file of the film belongs to a release that was not recalled."""
    if film.prepared is None:
        return False
    hashes = {file.sha256 for file in film.prepared.files}
    return ReleaseAsset.objects.filter(sha256__in=hashes, release__withdrawal=None).exists()


def silent_films(*, at: datetime) -> QuerySet[Film]:
    """Return the films in preparation of which nothing was heard for 30 seconds."""
    waiting = Film.objects.filter(state__in=[FilmState.QUEUED, FilmState.RUNNING])
    return waiting.filter(job_id__isnull=False, heard_at__lte=at - SILENCE)


def _is_pointed_at(film: Film) -> bool:
    relations = [field for field in film._meta.get_fields(include_hidden=True) if isinstance(field, ManyToOneRel)]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: film}).exists()
        for relation in relations
        if relation.on_delete is PROTECT
    )


def _of_upload(upload: Upload) -> Situation:
    share = upload.offset_bytes / upload.length_bytes
    is_complete = upload.state == UploadState.COMPLETE
    return Situation(
        state="checking" if is_complete else "uploading",
        label=str(UploadState(upload.state).label),
        stage="",
        progress=upload.progress if is_complete else share,
        message=message_in_words(upload.message),
        is_final=False,
        can_retry=False,
    )


def _of_master(film: Film, *, notice: str) -> Situation:
    is_busy = not film.is_final
    return Situation(
        state=film.state,
        label=str(FilmState(film.state).label),
        stage=stage_in_words(film.stage) if is_busy else "",
        progress=film.progress if is_busy else None,
        message=message_in_words(film.message),
        is_final=film.is_final,
        can_retry=film.state in {FilmState.REFUSED, FilmState.FAILED} and bool(film.master_key),
        notice=notice,
    )
