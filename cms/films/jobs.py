"""What do films do in the background? Check what was uploaded, talk to the transcoder, tidy up."""

import logging
from functools import partial

from django.utils import timezone

from cms.films import transcoder, words
from cms.films.actions import direct_uploads, leftovers, masters, preparation, uploads
from cms.films.containers import NoFilm
from cms.films.models import Film, FilmState, Upload, UploadState
from cms.films.queries import silent_films
from cms.films.work import (
    CANCEL_PREPARATION,
    CHECK_UPLOAD,
    ORDER_PREPARATION,
    CancelPreparation,
    CheckUpload,
    OrderPreparation,
)
from foundation.jobs.errors import Retryable
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob
from foundation.storage import StoreFull, StoreUnavailable

log = logging.getLogger(__name__)

PATIENT = 100_000
"""Attempts of a job that waits for something outside: it never gives up by itself."""
SURE_AFTER = 4
"""Attempts after which a part that is missing is believed to be gone."""


def _say_upload_failed(job: Job) -> None:
    upload = Upload.objects.filter(pk=job.payload["upload_id"]).first()
    if upload:
        uploads.refuse_upload(upload, words.NOT_CHECKED, at=timezone.now())


@job_handler(CHECK_UPLOAD, payload=CheckUpload, max_attempts=100, on_failed=_say_upload_failed)
def check_upload(job: RunningJob, payload: CheckUpload) -> Outcome | None:
    """Put a complete upload together, look at it, and make it the master of its film."""
    upload = Upload.objects.filter(pk=payload.upload_id, state=UploadState.COMPLETE).first()
    if upload is None:
        return None
    try:
        stored = masters.assemble(upload, report=partial(_report, job, upload))
    except NoFilm as error:
        return Outcome(effect=partial(uploads.refuse_upload, upload, str(error), at=timezone.now()))
    except StoreFull as error:
        Upload.objects.filter(pk=upload.pk).update(message=words.NO_ROOM)
        raise Retryable(words.NO_ROOM, after_s=min(30 * job.attempt, 300)) from error
    except StoreUnavailable as error:
        raise Retryable(str(error), after_s=min(5 * job.attempt, 300)) from error
    except masters.PartsMissing:
        if job.attempt < SURE_AFTER:
            raise
        return Outcome(effect=partial(uploads.refuse_upload, upload, words.NOT_CHECKED, at=timezone.now()))
    return Outcome(effect=partial(masters.adopt_master, upload, stored, at=timezone.now()))


@job_handler(ORDER_PREPARATION, payload=OrderPreparation, lane="events", max_attempts=PATIENT)
def order_preparation(job: RunningJob, payload: OrderPreparation) -> Outcome | None:
    """Ask the transcoder, again and again until it answers."""
    film = Film.objects.filter(pk=payload.film_id, attempt=payload.attempt, state=FilmState.QUEUED, job_id=None).first()
    if film is None:
        return None
    try:
        status = transcoder.order(film)
    except transcoder.TranscoderUnreachable as error:
        preparation.note_silence(film, words.UNREACHABLE, at=timezone.now())
        raise Retryable(str(error), after_s=min(30, 1 + job.attempt)) from error
    except transcoder.TranscoderError as error:
        log.warning("order_refused", extra={"film": str(film.pk), "reason": str(error)})
        say = partial(preparation.note_failure, film.pk, attempt=film.attempt, message=words.NOT_ACCEPTED)
        return Outcome(effect=say)
    note = partial(preparation.note_order, film.pk, attempt=film.attempt, status=status, at=timezone.now())
    return Outcome(effect=note)


@job_handler(CANCEL_PREPARATION, payload=CancelPreparation, lane="events", max_attempts=20)
def cancel_preparation(job: RunningJob, payload: CancelPreparation) -> None:
    """Tell the transcoder that a job isn't wanted any more."""
    try:
        transcoder.cancel(payload.job_id)
    except transcoder.TranscoderUnreachable as error:
        raise Retryable(str(error)) from error


@periodic("films.ask_after_silence", every_s=10, lane="events")
def ask_after_silence() -> None:
    """Ask how the films stand of which nothing is heard: a webhook may be lost."""
    for film in silent_films(at=timezone.now()):
        if not _asked_after(film):
            break  # the others would wait in vain too


@periodic("films.tidy", every_s=60)
def tidy() -> None:
    """Forget what nobody finishes and delete what nothing uses."""
    uploads.abandon_expired_uploads(at=timezone.now())
    leftovers.purge_leftovers(at=timezone.now())


@periodic("films.abort_forgotten", every_s=3600)
def abort_forgotten() -> None:
    """Abort in the store what was begun there and never written down."""
    direct_uploads.abort_forgotten(at=timezone.now())


def _asked_after(film: Film) -> bool:
    """Ask about one film; False if the transcoder doesn't answer at all."""
    now = timezone.now()
    try:
        status = transcoder.status_of(film.job_id) if film.job_id else None
    except transcoder.TranscoderUnreachable:
        preparation.note_silence(film, words.UNREACHABLE, at=now)
        return False
    except transcoder.TranscoderError:
        preparation.order_again(film, at=now)
        return True
    preparation.note_silence(film, "", at=now)
    if status:
        preparation.note_status(status, at=now)
    return True


def _report(job: RunningJob, upload: Upload, share: float) -> None:
    """Tell the ledger, and the person who waits, how far the check is: twenty times at most."""
    job.heartbeat(progress=share)
    if share - upload.progress >= 0.05 or share >= 1:
        upload.progress = min(share, 1.0)
        Upload.objects.filter(pk=upload.pk).update(progress=upload.progress)
