"""How does a lane hear of jobs over a queue? Celery holds the connection, the lane's own thread runs the jobs.

A message says that there is something to do: its receiver claims the most urgent job of the lane, which may be another
one (docs/adr/0012-the-queue-carries-ids.md). It is acknowledged when that run has ended.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from celery.concurrency.base import BasePool, apply_target
from celery.exceptions import Reject
from celery.worker import WorkController, state
from celery.worker.consumer import Consumer
from kombu.asynchronous import set_event_loop

from foundation.jobs.broker import TASK, app_for
from foundation.jobs.lanes import TROUBLE_S, Lane

log = logging.getLogger(__name__)

IDLE_S = 1.0
SILENCE_S = 5.0  # after which an idle lane asks the ledger: a broker that is full takes nothing and looks connected
RECONNECT_S = 3.0  # longest pause between two attempts to reach the broker; Celery's half a minute is long for a mail
_building = threading.Lock()
for _name in ("celery.worker.consumer.consumer", "celery.app.trace"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # a line per attempt and lane; ours say it once


class QueueLane(Lane):
    """Takes a message, claims, runs. While the broker is away or silent it asks the ledger, so that work goes on."""

    def __init__(self, lane: str, worker: str, stopping: threading.Event, *, url: str, deployable: str) -> None:
        super().__init__(lane, worker, stopping)
        self._inbox: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._feeder = Feeder(self, partial(app_for, url, deployable, [lane]), self._inbox.put)
        self._heard_at = time.monotonic()

    def run(self) -> None:
        self._feeder.start()
        super().run()
        self._feeder.join(IDLE_S)

    def take_turn(self) -> None:
        try:
            message = self._inbox.get(timeout=IDLE_S)
        except queue.Empty:
            self._work_without_messages()
            return
        with self.in_peace():
            message()
        self._heard_at = time.monotonic()

    def wake(self) -> None:
        self._inbox.put(_nothing)
        self._feeder.stop()

    def take_message(self) -> bool:
        """Claim and run what a message announced; False if the worker stops first, so somebody else should have it.

        A message outlasts a database that doesn't answer: it is kept until this does.
        """
        while not self.stopping.is_set():
            self.asked_at = time.monotonic()
            with self.in_peace():
                self.work()
                return True
        return False

    @property
    def complaint(self) -> str:
        if sentence := super().complaint:
            return sentence
        if self._feeder.is_connected:
            return ""
        return "The queue doesn't answer; check QUEUE_URL and that its broker runs."

    def _work_without_messages(self) -> None:
        if self._feeder.is_connected and time.monotonic() - self._heard_at < SILENCE_S:
            return
        self._heard_at = time.monotonic()
        with self.in_peace():
            while not self.stopping.is_set() and self._inbox.empty() and self.work():
                self.asked_at = time.monotonic()


class Feeder(threading.Thread):
    """Keeps Celery's worker of one lane alive, which hands each message to ``deliver``."""

    def __init__(self, lane: QueueLane, new_app: Callable[[], Any], deliver: Callable[..., None]) -> None:
        super().__init__(name=f"feeder-{lane.lane}", daemon=True)
        self._lane, self._new_app, self._deliver = lane, new_app, deliver
        self._connected = threading.Event()
        self._controller: Any = None

    @property
    def is_connected(self) -> bool:
        return self._connected.is_set()

    def run(self) -> None:
        while not self._lane.stopping.is_set():
            try:
                self._controller = self._new_controller()
                self._controller.start()  # returns when it is told to stop, or met what it can't mend
            except Exception:
                log.exception("queue_in_trouble", extra={"lane": self._lane.lane})
            self._connected.clear()
            self._lane.stopping.wait(TROUBLE_S)

    def stop(self) -> None:
        """Take no more messages; those not acknowledged go to others."""
        state.should_stop = 0  # of all lanes of this process, which stop together
        if self._controller is not None and self._controller.hub is not None:
            self._controller.hub.call_soon(_nothing)

    def _new_controller(self) -> Any:
        app = self._new_app()
        app.task(name=TASK, shared=False)(self._run_job)
        pool = type("LanePool", (LanePool,), {"deliver": staticmethod(self._deliver)})
        consumer = type("LaneConsumer", (LaneConsumer,), {"connected": self._connected})
        with _building:
            set_event_loop(None)  # Celery would share one among all workers of a process; each lane has its own
            return WorkController(
                app=app,
                hostname=f"{self._lane.lane}@{self._lane.worker}",
                pool_cls=pool,
                consumer_cls=consumer,
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
            )

    def _run_job(self, job_id: str) -> None:
        if not self._lane.take_message():
            raise Reject(requeue=True)


class LanePool(BasePool):  # type: ignore[misc]
    """Has one thread: the lane's. The connection's thread stays free to answer the broker during a film of hours."""

    deliver: Callable[..., None]

    def on_apply(self, target: Any, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        callbacks = {name: options.get(name) for name in ("callback", "accept_callback")}
        self.deliver(partial(_apply, self.app, partial(apply_target, target, args, kwargs, **callbacks)))


class LaneConsumer(Consumer):  # type: ignore[misc]
    """Celery's consumer without queues for delayed tasks: the ledger delays."""

    connected: threading.Event

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps = tuple(step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step)

    def on_ready(self) -> None:
        super().on_ready()
        log.info("queue_found", extra={"broker": self.conninfo.as_uri()})
        self.connected.set()

    def on_close(self) -> None:
        if self.connected.is_set():
            log.info("queue_left", extra={"broker": self.conninfo.as_uri()})
        self.connected.clear()
        super().on_close()

    def call_soon_ack(self, p: Any, *args: Any, **kwargs: Any) -> Any:
        """Let an acknowledgement that fails end the connection: Celery would log it, and listen to a dead one."""
        verb = p.__name__.removesuffix("_log_error")
        return super().call_soon_ack(partial(self._answer, p.__self__, verb), *args, **kwargs)

    def _answer(self, message: Any, verb: str, logger: object, errors: object, *arguments: Any) -> None:
        if self.task_consumer and message.channel is self.task_consumer.channel:
            getattr(message, verb)(*arguments)  # else it came over a former connection, and has gone back by itself

    def ensure_connected(self, conn: Any) -> Any:
        conn.ensure_connection = partial(conn.ensure_connection, interval_start=0.5, interval_max=RECONNECT_S)
        return super().ensure_connected(conn)


def _apply(app: Any, run: Callable[[], object]) -> None:
    """Run in the lane's thread, which has no app of its own, what Celery does around a task."""
    app.set_current()
    run()


def _nothing(*_: object) -> None:
    """Wake somebody up."""
