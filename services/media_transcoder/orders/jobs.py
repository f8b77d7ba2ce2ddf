"""How does a worker prepare the film of an order?"""

import time
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.contracts.transcoding import FilmManifest, Stage
from foundation.jobs.errors import Retryable, Terminal
from foundation.jobs.models import Job
from foundation.jobs.models import State as JobState
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob
from foundation.storage import StoredFileMissing, StoreFull, local_path, private_store
from services.media_transcoder.orders import actions
from services.media_transcoder.orders.models import OPEN, Order
from services.media_transcoder.orders.publishing import forget_work, forgotten_work, publish_below, work_directory
from services.media_transcoder.orders.queries import request_of
from services.media_transcoder.pipeline.errors import Broken, DiskFull, Refused, SourceChanged
from services.media_transcoder.pipeline.refusals import SOURCE_CHANGED

TELL_EVERY_S = 1.0
_GONE = "The uploaded film is no longer in the store: upload it again."
_FAILED = "The film could not be prepared. Try again; if it fails again, ask your administrator to look at the log."
_CANCELLED = "The preparation was cancelled."
NO_ROOM = "The transcoder's disk is full: ask your administrator to make room, then try again."
_FOR_PEOPLE = {NO_ROOM, SOURCE_CHANGED}


@job_handler(
    "transcoder.prepare",
    payload=actions.PrepareFilm,
    max_attempts=4,
    on_failed=lambda job: note_failure(job),
)
def prepare_film(job: RunningJob, payload: actions.PrepareFilm) -> Outcome:
    """Take the film through the pipeline; a run after a killed one continues with the stage that was broken off."""
    order = Order.objects.get(id=payload.order_id)
    try:
        manifest = _prepare(job, order)
    except (Refused, StoredFileMissing) as error:
        sentence = _GONE if isinstance(error, StoredFileMissing) else str(error)
        return Outcome(effect=partial(_end, order.id, Order.State.REFUSED, sentence))
    except SourceChanged as error:
        raise Terminal(str(error)) from error
    except (DiskFull, StoreFull) as error:
        raise Retryable(NO_ROOM) from error
    except Broken as error:
        raise Retryable(str(error)) from error
    return Outcome(effect=partial(_finish, order.id, manifest))


def note_failure(job: Job) -> None:
    """End the order whose job ended without success, also when its worker is gone."""
    order_id = actions.PrepareFilm.model_validate(job.payload).order_id
    if job.state == JobState.CANCELLED:
        _end(order_id, Order.State.CANCELLED, _CANCELLED)
    else:
        _end(order_id, Order.State.FAILED, job.error if job.error in _FOR_PEOPLE else _FAILED)


@periodic("transcoder.tidy", every_s=3600)
def tidy_work() -> None:
    """Remove the work of orders that are over."""
    for order_id in forgotten_work(set(Order.objects.filter(state__in=OPEN).values_list("id", flat=True))):
        forget_work(order_id)


class _Reporter:
    """Tells ledger and CMS about progress, at each new stage and once a second at the most."""

    def __init__(self, job: RunningJob, order_id: UUID) -> None:
        self._job = job
        self._order_id = order_id
        self._stage = ""
        self._told_at = 0.0

    def __call__(self, stage: Stage, progress: float) -> None:
        self._job.heartbeat(progress, stage)
        if stage == self._stage and time.monotonic() - self._told_at < TELL_EVERY_S:
            return
        self._stage, self._told_at = stage, time.monotonic()
        actions.note_progress(self._order_id, stage=stage, progress=progress, at=timezone.now())


def _prepare(job: RunningJob, order: Order) -> FilmManifest:
    """What makes films is imported with the first one: web processes and idle workers stay small."""
    from services.media_transcoder.pipeline.context import Film, Tools
    from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg, default_threads
    from services.media_transcoder.pipeline.stages import prepare
    from services.media_transcoder.pipeline.workdir import WorkDirectory

    request = request_of(order)
    with local_path(private_store(), request.source_key) as source:
        film = Film(
            source=source,
            work=WorkDirectory(work_directory(order.id)),
            tools=Tools(
                ffmpeg=settings.FFMPEG or default_ffmpeg(),
                threads=settings.FFMPEG_THREADS or default_threads(),
            ),
            report=_Reporter(job, order.id),
        )
        publish = partial(publish_below, request.output_prefix)
        return prepare(film, publish=publish, announced_sha256=request.source_sha256)


def _finish(order_id: UUID, manifest: FilmManifest) -> None:
    actions.finish_order(order_id, manifest, at=timezone.now())
    transaction.on_commit(partial(forget_work, order_id))


def _end(order_id: UUID, state: Order.State, message: str) -> None:
    actions.end_order(order_id, state, message, at=timezone.now())
    transaction.on_commit(partial(forget_work, order_id))
