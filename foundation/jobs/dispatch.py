"""How does a worker hear that there is something to do?

The ledger is the truth and an engine only delivers ids. Without ``QUEUE_URL`` the engine is polling: the workers ask.
With it, ids travel over RabbitMQ or Redis to any number of machines. Either may be late, lose an id or deliver it
twice: whoever hears of a job still has to claim it.
"""

import threading
from functools import cache, partial
from typing import Protocol
from uuid import UUID
from weakref import WeakSet

from django.conf import settings
from django.db import transaction

PATIENCE_S = 10.0  # how long a message may take to its claim before the ledger looks for it


class Dispatcher(Protocol):
    """Tells the workers of a lane about a job that may run now; called after the commit that queued it."""

    def dispatch(self, job_id: UUID, lane: str) -> None: ...


class PollingDispatcher:
    """Wakes the lanes of this very process; all others find the job when they next ask."""

    def __init__(self) -> None:
        self._bells: WeakSet[threading.Event] = WeakSet()

    def bell(self) -> threading.Event:
        """Return an event that is set whenever a job is queued from this process."""
        event = threading.Event()
        self._bells.add(event)
        return event

    def dispatch(self, job_id: UUID, lane: str) -> None:
        for event in tuple(self._bells):
            event.set()


polling = PollingDispatcher()


@cache
def dispatcher_for(queue_url: str) -> Dispatcher:
    """Return the engine that delivers over ``queue_url``; polling if that is empty."""
    if not queue_url:
        return polling
    from foundation.jobs.publishing import QueueDispatcher  # Celery costs memory only where a queue is configured

    return QueueDispatcher(queue_url, settings.DEPLOYABLE)


def queue_url() -> str:
    """Return ``QUEUE_URL`` of this deployable; empty where workers ask the database."""
    return str(getattr(settings, "QUEUE_URL", ""))


def announce(job_id: UUID, lane: str) -> None:
    """Dispatch a job as soon as the transaction that queues it has committed."""
    transaction.on_commit(partial(dispatch, job_id, lane))


def dispatch(job_id: UUID, lane: str) -> None:
    """Tell the workers of ``lane`` about a job; returns at once, whatever state the queue is in."""
    dispatcher_for(queue_url()).dispatch(job_id, lane)
