"""How does a master become a film that can be shown? The transcoder does it; here its word is taken down."""

from datetime import datetime
from typing import Any
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
    _write(
        film,
        attempt=film.attempt,
        output_prefix=f"renditions/{film.pk}/{film.attempt}",
        state=FilmState.QUEUED,
        stage="queued",
        progress=0,
        message="",
        job_id=None,
        job_version=0,
        heard_at=at,
    )
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
            _write(film, job_id=status.job_id)
            _take_down(film, status, at=at)


def note_status(status: TranscodeStatus, *, at: datetime) -> None:
    """Take down what the transcoder says of a job; news older than what is known, or of no job of ours, is ignored."""
    with transaction.atomic():
        film = Film.objects.select_for_update().filter(job_id=status.job_id).first()
        if film and status.version > film.job_version:
            _take_down(film, status, at=at)


def note_silence(film: Film, message: str, *, at: datetime) -> None:
    """Take down that the transcoder was asked in vain, so that it isn't asked again at once."""
    waiting = Film.objects.filter(pk=film.pk, attempt=film.attempt, state__in=[FilmState.QUEUED, FilmState.RUNNING])
    waiting.update(heard_at=at, message=message)


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
    message = status.message[:1000]
    if status.state == "cancelled":
        message = message or words.CANCELLED
    changes: dict[str, Any] = {
        "job_version": status.version,
        "heard_at": at,
        "state": _STATES[status.state],
        "stage": status.stage,
        "progress": status.progress,
        "message": message,
    }
    if status.state == "succeeded":
        changes |= _results(film, status, at=at)
    _write(film, **changes)


def _results(film: Film, status: TranscodeStatus, *, at: datetime) -> dict[str, Any]:
    """Return what changes when the new renditions are used from now on; the old ones go."""
    if status.manifest is None or status.manifest.source_sha256 != film.master_sha256:
        return {"state": FilmState.FAILED, "message": words.OTHER_FILE}
    if film.prepared_prefix != film.output_prefix:
        discard(film.prepared_prefix, at=at + GRACE)
    return {"prepared_prefix": film.output_prefix, "manifest": manifest_data(status.manifest), "progress": 1}


def _write(film: Film, **fields: Any) -> None:
    """Change a film without telling Wagtail: it would index the film anew at every step of its progress."""
    for name, value in fields.items():
        setattr(film, name, value)
    Film.objects.filter(pk=film.pk).update(**fields)
