"""How does the id of a job get into the queue, without anybody waiting for it?"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from amqp.exceptions import MessageNacked
from kombu.exceptions import OperationalError

from foundation.jobs.broker import CONFIRM_S, TASK, app_for, is_amqp, queue_name
from foundation.jobs.errors import QueueUnreachable
from foundation.jobs.registry import LANES
from foundation.web.metrics.counting import PUBLICATIONS

log = logging.getLogger(__name__)

PAUSE_S = 5.0  # how long nobody tries a queue that didn't answer
FAREWELL_S = 2.0  # what a process that ends gives its last messages


class Publisher:
    """A connection over which ids are published one by one, each confirmed; for one thread only."""

    def __init__(self, url: str, deployable: str) -> None:
        self._app = app_for(url, deployable, LANES)
        self._deployable = deployable
        self._options: dict[str, Any] = {"timeout": CONFIRM_S, "confirm_timeout": CONFIRM_S} if is_amqp(url) else {}
        self._connection: Any = None
        self._producer: Any = None
        for outcome in ("published", "failed"):
            PUBLICATIONS.add(outcome, by=0)  # a series that begins with its first failure would not seem to grow

    def publish(self, job_id: UUID, lane: str) -> None:
        """Return when the broker has the message; QueueUnreachable if it didn't say so in time."""
        try:
            try:
                self._publish(job_id, lane)
            except QueueUnreachable:  # perhaps only this connection, which died while nobody used it
                self._publish(job_id, lane)
        except QueueUnreachable:
            PUBLICATIONS.add("failed")
            raise
        PUBLICATIONS.add("published")

    def waiting(self, lane: str) -> int:
        """Return how many messages of ``lane`` lie in the queue, not counting those at workers; QueueUnreachable."""
        queue = self._app.amqp.queues[queue_name(self._deployable, lane)]
        with self._connected():
            return int(queue.bind(self._producer.channel).queue_declare().message_count)

    def close(self) -> None:
        """Drop the connection, without a farewell that a dead broker would let us wait for."""
        if self._connection is not None:
            self._connection.collect()
        self._connection = self._producer = None

    def _publish(self, job_id: UUID, lane: str) -> None:
        queue = queue_name(self._deployable, lane)
        with self._connected():
            self._app.send_task(TASK, [str(job_id)], queue=queue, producer=self._producer, retry=False, **self._options)

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Have a producer; whatever goes wrong with its connection ends that and becomes QueueUnreachable."""
        connection = self._connection or self._app.connection_for_write(heartbeat=0)
        try:
            if self._connection is None:
                connection.connect()
                self._connection, self._producer = connection, self._app.amqp.Producer(connection)
            yield
        except (OperationalError, MessageNacked, *connection.connection_errors, *connection.channel_errors) as error:
            self.close()
            raise QueueUnreachable(f"{type(error).__name__}: {error}") from error


class QueueDispatcher:
    """Hands ids to a thread that publishes them: no request and no transaction ever waits for a broker.

    While the queue doesn't answer, ids are dropped: the ledger publishes them when it does (``republishing``).
    """

    def __init__(self, url: str, deployable: str) -> None:
        self._url, self._deployable = url, deployable
        self._lock = threading.Lock()
        self._pid = 0
        self._inbox: queue.SimpleQueue[tuple[UUID, str] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._silent_until = 0.0

    def dispatch(self, job_id: UUID, lane: str) -> None:
        if self.is_silent:
            return
        self._ensure_thread()
        self._inbox.put((job_id, lane))

    @property
    def is_silent(self) -> bool:
        """Whether the queue is known to be down, so that nobody tries it."""
        return time.monotonic() < self._silent_until

    def close(self) -> None:
        """Publish what was dispatched, as far as a moment suffices, and end the thread."""
        if self._thread is not None and self._pid == os.getpid():
            self._inbox.put(None)
            self._thread.join(FAREWELL_S)
            self._thread = None

    def _ensure_thread(self) -> None:
        if self._pid == os.getpid() and self._thread is not None:
            return
        with self._lock:
            if self._pid != os.getpid():  # the first time, or in a child, which has none of its parent's threads
                self._pid, self._thread, self._inbox = os.getpid(), None, queue.SimpleQueue()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def _run(self) -> None:
        publisher = Publisher(self._url, self._deployable)
        while message := self._inbox.get():
            if self.is_silent:
                continue
            try:
                publisher.publish(*message)
            except QueueUnreachable as error:
                self._silent_until = time.monotonic() + PAUSE_S
                log.warning("queue_unreachable", extra={"reason": str(error)})
            except Exception:  # whatever it is, the next message may fare better, and the ledger has this job
                self._silent_until = time.monotonic() + PAUSE_S
                log.exception("publishing_in_trouble")
                publisher.close()
        publisher.close()
