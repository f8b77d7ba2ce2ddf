"""How does a worker hear that there is something to do?

The ledger is the truth and an engine only delivers ids. This engine is polling: the workers ask. One that pushes ids
to other machines takes the place of ``dispatcher``.
"""

import threading
from typing import Protocol
from uuid import UUID
from weakref import WeakSet


class Dispatcher(Protocol):
    """Tells workers about a job that may run now; called after the commit that queued it."""

    def dispatch(self, job_id: UUID) -> None: ...


class PollingDispatcher:
    """Wakes the lanes of this very process; all others find the job when they next ask."""

    def __init__(self) -> None:
        self._bells: WeakSet[threading.Event] = WeakSet()

    def bell(self) -> threading.Event:
        """Return an event that is set whenever a job is queued from this process."""
        event = threading.Event()
        self._bells.add(event)
        return event

    def dispatch(self, job_id: UUID) -> None:
        for event in tuple(self._bells):
            event.set()


polling = PollingDispatcher()
dispatcher: Dispatcher = polling
