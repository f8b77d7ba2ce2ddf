"""How does a master become a film that can be shown? The transcoder does it; here its word is taken down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cms.films import words
from cms.films.actions.leftovers import GRACE, discard
from cms.films.models import Film, FilmState, manifest_data
from cms.films.work import CANCEL_PREPARATION, ORDER_PREPARATION, CancelPreparation, OrderPreparation
from foundation.contracts.transcoding import TranscodeStatus
from foundation.jobs.actions import submit

_STATES = {
    "queued": FilmState.QUEUED,
    "running": FilmState.RUNNING,
    "succeeded": FilmState.READY,
    "refused": FilmState.REFUSED,
    "failed": FilmState.FAILED,
    "cancelled": FilmState.FAILED,
}


class NothingToPrepare(Exception):
    """The film has no master, or is being prepared already."""


def order_preparation(film: Film, *, at: datetime) -> None:
    """Have the master of ``film`` prepared, in the caller's transaction; each order has its own folder and number."""
    film.attempt += 1
    film.output_prefix = f"renditions/{film.pk}/{film.attempt}"
    film.state, film.stage, film.progress, film.message = FilmState.QUEUED, "queued", 0, ""
    film.job_id, film.job_version, film.heard_at = None, 0, at
    film.save()
    order = OrderPreparation(film_id=film.pk, attempt=film.attempt)
    submit(ORDER_PREPARATION, order, key=f"{ORDER_PREPARATION}:{film.pk}:{film.attempt}")


def retry_preparation(film: Film, *, at: datetime) -> None:
    """Order the preparation anew after a refusal or a failure; NothingToPrepare otherwise."""
    with transaction.atomic():
        current = Film.objects.select_for_update().get(pk=film.pk)
        if current.state not in {FilmState.REFUSED, FilmState.FAILED} or not current.master_key:
            raise NothingToPrepare
        discard(current.output_prefix, at=at + GRACE)
        order_preparation(current, at=at)


def order_again(film: Film, *, at: datetime) -> None:
    """Order anew what the transcoder has forgotten, unless something else has happened meanwhile."""
    with transaction.atomic():
        current = Film.objects.select_for_update().get(pk=film.pk)
        if current.attempt == film.attempt and not current.is_final:
            discard(current.output_prefix, at=at + GRACE)
            order_preparation(current, at=at)


def note_order(film_id: UUID, *, attempt: int, status: TranscodeStatus, at: datetime) -> None:
    """Take down under which number the transcoder prepares the film; an answer to an older order is void."""
    with transaction.atomic():
        film = Film.objects.select_for_update().filter(pk=film_id, attempt=attempt).first()
        if film is None:
            submit(CANCEL_PREPARATION, CancelPreparation(job_id=status.job_id))
        elif film.job_id is None:
            film.job_id = status.job_id
            _take_down(film, status, at=at)


def note_status(status: TranscodeStatus, *, at: datetime) -> None:
    """Take down what the transcoder says of a job; news older than what is known, or of no job of ours, is ignored."""
    with transaction.atomic():
        film = Film.objects.select_for_update().filter(job_id=status.job_id).first()
        if film and status.version > film.job_version:
            _take_down(film, status, at=at)


def note_silence(film: Film, message: str, *, at: datetime) -> None:
    """Take down that the transcoder was asked in vain, so that it isn't asked again at once."""
    Film.objects.filter(pk=film.pk, attempt=film.attempt).update(heard_at=at, message=message)


def note_failure(film_id: UUID, *, attempt: int, message: str) -> None:
    """The order itself can't be placed."""
    Film.objects.filter(pk=film_id, attempt=attempt, job_id=None).update(state=FilmState.FAILED, message=message)


def call_off(film: Film, *, at: datetime) -> None:
    """Let the transcoder stop what it does for ``film``, in the caller's transaction; what it wrote so far goes."""
    if film.job_id and not film.is_final:
        submit(CANCEL_PREPARATION, CancelPreparation(job_id=film.job_id))
    if film.output_prefix != film.prepared_prefix:
        discard(film.output_prefix, at=at + GRACE)


def _take_down(film: Film, status: TranscodeStatus, *, at: datetime) -> None:
    film.job_version, film.heard_at = status.version, at
    film.state, film.stage = _STATES[status.state], status.stage
    film.progress, film.message = status.progress, status.message[:1000]
    if status.state == "cancelled" and not film.message:
        film.message = words.CANCELLED
    if status.state == "succeeded":
        _take_over(film, status, at=at)
    film.save()


def _take_over(film: Film, status: TranscodeStatus, *, at: datetime) -> None:
    """Use the new renditions from now on; the old ones go."""
    if status.manifest is None or status.manifest.source_sha256 != film.master_sha256:
        film.state = FilmState.FAILED
        film.message = words.OTHER_FILE
        return
    if film.prepared_prefix != film.output_prefix:
        discard(film.prepared_prefix, at=at + GRACE)
    film.prepared_prefix, film.manifest = film.output_prefix, manifest_data(status.manifest)
    film.progress = 1
