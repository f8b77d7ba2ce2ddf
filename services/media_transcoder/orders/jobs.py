"""Which jobs make the film of an order, and how does the order end with them?"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from foundation.contracts.transcoding import FilmManifest
from foundation.jobs import actions as ledger
from foundation.jobs.errors import JobCancelled, Retryable, Terminal
from foundation.jobs.models import Job
from foundation.jobs.models import State as JobState
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob
from foundation.storage import StoredFileMissing, StoreFull, StoreUnavailable
from services.media_transcoder.orders import actions, tidying
from services.media_transcoder.orders.division import CHUNK, JOIN, SOUND, Division, FilmPart, join_of, parts_of
from services.media_transcoder.orders.making import join_pieces, make_piece, make_whole_or_divide
from services.media_transcoder.orders.models import OPEN, Order
from services.media_transcoder.orders.piece_store import forget_pieces
from services.media_transcoder.orders.publishing import forget_work
from services.media_transcoder.pipeline.errors import Broken, DiskFull, Refused, SourceChanged
from services.media_transcoder.pipeline.refusals import SOURCE_CHANGED

ATTEMPTS = 12  # some forty minutes in which workers may be killed and the store may be away
ATTEMPTS_WITH_A_FAULT = 4
_GONE = "The uploaded film is no longer in the store: upload it again."
_FAILED = "The film could not be prepared. Try again; if it fails again, ask your administrator to look at the log."
_CANCELLED = "The preparation was cancelled."
NO_ROOM = "The transcoder's disk is full: ask your administrator to make room, then try again."
_FOR_PEOPLE = {NO_ROOM, SOURCE_CHANGED}


@job_handler(
    "transcoder.prepare",
    payload=actions.PrepareFilm,
    max_attempts=ATTEMPTS,
    on_failed=lambda job: note_failure(job),
)
def prepare_film(job: RunningJob, payload: actions.PrepareFilm) -> Outcome:
    """Take the film through the pipeline; a run after a killed one continues with the stage that was broken off.

    A long one is only looked at here: its chunks and its sound become jobs of their own, and one that joins them.
    """
    order = Order.objects.get(id=payload.order_id)
    tidying.tidy()
    try:
        with _explained(job):
            made = make_whole_or_divide(job, order)
    except (Refused, StoredFileMissing) as error:
        return Outcome(effect=partial(_refuse, order, error))
    if isinstance(made, Division):
        job.fan_out(parts_of(order.id, made.plan), then=join_of(order.id))
        return Outcome(effect=partial(actions.divide_order, order.id, made))
    return Outcome(effect=partial(_finish, order, made))


@job_handler(CHUNK, payload=FilmPart, max_attempts=ATTEMPTS, on_failed=lambda job: note_failure_of_part(job))
@job_handler(SOUND, payload=FilmPart, max_attempts=ATTEMPTS, on_failed=lambda job: note_failure_of_part(job))
def make_part(job: RunningJob, payload: FilmPart) -> Outcome:
    """Make one piece of a long film; done twice, it is the same piece."""
    order = Order.objects.get(id=payload.order_id)
    try:
        with _explained(job):
            piece = make_piece(job, order, payload)
    except StoredFileMissing as error:
        return Outcome(effect=partial(_refuse, order, error))
    except JobCancelled:
        forget_pieces(order)
        raise
    return Outcome(result=piece, effect=partial(_forget_if_over, order))


@job_handler(
    JOIN,
    payload=actions.PrepareFilm,
    max_attempts=ATTEMPTS,
    on_failed=lambda job: note_failure_of_part(job),
)
def join_film(job: RunningJob, payload: actions.PrepareFilm) -> Outcome:
    """Make one film of its pieces."""
    order = Order.objects.get(id=payload.order_id)
    try:
        with _explained(job):
            manifest = join_pieces(job, order)
    except (Refused, StoredFileMissing) as error:
        return Outcome(effect=partial(_refuse, order, error))
    return Outcome(effect=partial(_finish, order, manifest))


def note_failure(job: Job) -> None:
    """End the order whose job ended without success, also when its worker is gone."""
    order_id = actions.PrepareFilm.model_validate(job.payload).order_id
    if job.state == JobState.CANCELLED:
        _end(order_id, Order.State.CANCELLED, _CANCELLED)
    else:
        _end(order_id, Order.State.FAILED, job.error if job.error in _FOR_PEOPLE else _FAILED)


def note_failure_of_part(job: Job) -> None:
    """End the order when one of its jobs failed, and stop the others; when it was cancelled, they have been told."""
    if job.state == JobState.FAILED:
        order = Order.objects.get(id=job.payload["order_id"])
        _end(order.id, Order.State.FAILED, job.error if job.error in _FOR_PEOPLE else _FAILED)
        _stop(order)


@periodic("transcoder.tidy", every_s=600)
def tidy_work() -> None:
    """Remove from this machine, whichever it is this time, the work of orders that are over."""
    tidying.tidy()
    tidying.tidy_store()


@contextmanager
def _explained(job: RunningJob) -> Iterator[None]:
    """Turn what went wrong into what the ledger does about it."""
    try:
        yield
    except SourceChanged as error:
        raise Terminal(str(error)) from error
    except StoreUnavailable as error:
        raise Retryable(str(error)) from error
    except (DiskFull, StoreFull) as error:
        raise _once_more(job, NO_ROOM) from error
    except Broken as error:
        raise _once_more(job, str(error)) from error


def _once_more(job: RunningJob, sentence: str) -> Retryable | Terminal:
    return Terminal(sentence) if job.attempt >= ATTEMPTS_WITH_A_FAULT else Retryable(sentence)


def _finish(order: Order, manifest: FilmManifest) -> None:
    actions.finish_order(order.id, manifest, at=timezone.now())
    _forget(order.id)
    transaction.on_commit(partial(forget_pieces, order), robust=True)


def _refuse(order: Order, error: Exception) -> None:
    sentence = _GONE if isinstance(error, StoredFileMissing) else str(error)
    _end(order.id, Order.State.REFUSED, sentence)
    _stop(order)


def _end(order_id: UUID, state: Order.State, message: str) -> None:
    actions.end_order(order_id, state, message, at=timezone.now())
    _forget(order_id)


def _stop(order: Order) -> None:
    """Call off what other workers still do for an order that is over."""
    if order.job_id:
        ledger.cancel(order.job_id)


def _forget(order_id: UUID) -> None:
    transaction.on_commit(partial(forget_work, order_id), robust=True)
    transaction.on_commit(tidying.tidy_sources, robust=True)


def _forget_if_over(order: Order) -> None:
    """A piece that came after its film was called off must not stay in the store."""
    if not Order.objects.filter(id=order.id, state__in=OPEN).exists():
        transaction.on_commit(partial(forget_pieces, order), robust=True)
