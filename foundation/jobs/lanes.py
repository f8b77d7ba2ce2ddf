"""What does one lane of a worker do all day? It runs the jobs of its lane, one after the other, in a thread."""

import logging
import threading
import time
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connection

from foundation.jobs import ledger
from foundation.jobs.dispatch import polling
from foundation.jobs.executing import run
from foundation.jobs.running import RunningJob

log = logging.getLogger(__name__)

POLL_S = 0.25
TROUBLE_S = 2.0  # pause after the database didn't answer
STUCK_S = 60.0


class Lane(threading.Thread):
    """Claims and runs; how it hears that there is something to claim is the matter of its subclasses."""

    def __init__(self, lane: str, worker: str, stopping: threading.Event) -> None:
        super().__init__(name=f"lane-{lane}", daemon=True)
        self.lane, self.worker, self.stopping = lane, worker, stopping
        self.current: RunningJob | None = None
        self.asked_at = time.monotonic()

    def run(self) -> None:
        while not self.stopping.is_set():
            self.asked_at = time.monotonic()
            self.take_turn()
            close_old_connections()  # back to the pool, where there is one
        connection.close()

    @abstractmethod
    def take_turn(self) -> None:
        """Wait a moment for something to do, and do it."""

    @abstractmethod
    def wake(self) -> None:
        """End the wait of a lane that has nothing to do."""

    def work(self) -> bool:
        """Claim one job and run it; False if there was none."""
        claimed = ledger.claim(self.lane, self.worker)
        if claimed is None:
            return False
        job, lease = claimed
        self.current = RunningJob(lease, job.attempt, ledger.beat)
        try:
            run(job, self.current)
        finally:
            self.current = None
        return True

    @contextmanager
    def in_peace(self) -> Iterator[None]:
        """Pause after an exception, and go on: it is the ledger's or its database's, for a handler's is on its job."""
        try:
            yield
        except Exception:
            log.exception("lane_in_trouble", extra={"lane": self.lane})
            connection.close()
            self.stopping.wait(TROUBLE_S)

    @property
    def is_stuck(self) -> bool:
        """Whether the thread died, or neither works nor asks for work."""
        waits_for_nothing = self.current is None and time.monotonic() - self.asked_at > STUCK_S
        return not self.is_alive() or waits_for_nothing

    @property
    def complaint(self) -> str:
        """Return what is wrong with the lane, as a sentence, or nothing."""
        return f"The lane {self.lane} is stuck; restart the worker." if self.is_stuck else ""


class PollingLane(Lane):
    """Asks the ledger, several times a second."""

    def __init__(self, lane: str, worker: str, stopping: threading.Event) -> None:
        super().__init__(lane, worker, stopping)
        self._bell = polling.bell()

    def take_turn(self) -> None:
        worked = True
        with self.in_peace():
            worked = self.work()
        if not worked and self._bell.wait(POLL_S):
            self._bell.clear()

    def wake(self) -> None:
        self._bell.set()
