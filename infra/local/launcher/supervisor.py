"""How do all processes of an instance live and end together?"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from infra.local.launcher.child import Child
from infra.local.launcher.claim import tell
from infra.local.launcher.guard import Guard
from infra.local.launcher.log import Log
from infra.local.launcher.post import Post
from infra.local.launcher.processes import Process
from infra.local.places import Place

TICK_S = 0.1
GRACE_S = 8.0


class Supervisor:
    """Starts, watches and restarts; ``run`` returns when asked to stop. Lives in the main thread."""

    def __init__(self, processes: Sequence[Process], *, place: Place, log: Log, on_ready: Callable[[], None]) -> None:
        self._probes = ThreadPoolExecutor(max_workers=3, thread_name_prefix="probe")
        self._guard = Guard()
        self._posts = [Post(process, log, self._guard, self._probes) for process in processes]
        self._place = place
        self._log = log
        self._on_ready = on_ready
        self._stop = threading.Event()
        self._told: dict[str, int] = {}

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Keep all processes running until a signal asks to stop, then stop them; TaskFailed when it is hopeless."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        is_announced = False
        try:
            while not self._stop.is_set() and not self._log.is_lost:
                self._step()
                if not is_announced and all(post.is_ready for post in self._posts):
                    is_announced = True
                    self._on_ready()
                self._stop.wait(TICK_S)
        finally:
            self._stop_all()

    def _step(self) -> None:
        ready = frozenset(post.process.name for post in self._posts if post.is_ready)
        for post in self._posts:
            post.step(ready)
        running = {post.process.name: post.pid for post in self._posts if post.pid is not None}
        if running != self._told:
            self._told = running
            tell(self._place, running)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():  # asked twice: the person does not want to wait
            for child in self._children():
                child.kill()
        self._stop.set()

    def _children(self) -> list[Child]:
        return [post.child for post in self._posts if post.child]

    def _stop_all(self) -> None:
        self._probes.shutdown(wait=False, cancel_futures=True)
        children = self._children()
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_S
        while time.monotonic() < deadline and any(child.exit_code() is None for child in children):
            time.sleep(TICK_S / 2)
        for child in children:
            if child.exit_code() is None:
                self._log.line(child.process.name, f"It did not stop within {GRACE_S:.0f} s and is killed.")
            child.kill()
            child.finish()
        self._guard.dismiss()
