"""Who hears how far a film is? The ledger about each job, the CMS about the whole, once a second at the most."""

import time
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from foundation.contracts.transcoding import Stage
from foundation.jobs.running import RunningJob
from services.media_transcoder.orders import actions
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.queries import made_share
from services.media_transcoder.pipeline.context import SHARES

TELL_EVERY_S = 1.0


class WholeFilm:
    """Tells of a film that this job makes alone, at each new stage as well."""

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


class PartOfFilm:
    """Tells of one job of several at the same film: what all of them have done counts."""

    def __init__(self, job: RunningJob, order_id: UUID) -> None:
        self._job = job
        self._order_id = order_id
        self._told_at = 0.0

    def __call__(self, stage: Stage, progress: float) -> None:
        self._job.heartbeat(progress, stage)
        if time.monotonic() - self._told_at < TELL_EVERY_S:
            return
        self._told_at, now = time.monotonic(), timezone.now()
        order = Order.objects.get(id=self._order_id)
        if now - order.changed_at < timedelta(seconds=TELL_EVERY_S):
            return  # another worker just told
        begin, end = SHARES["encode"]
        whole = begin + (end - begin) * made_share(order)
        if whole > order.progress:
            actions.note_progress(self._order_id, stage="encode", progress=whole, at=now)
