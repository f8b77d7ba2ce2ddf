"""How is a WSGI application served in as little memory as possible?

granian serves from a worker process that its main process starts and watches. The launcher already watches, so here
the worker's part runs in the main process: one process per server instead of two, and nothing to leave behind.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from infra.local.memory import load_nothing_in_vain, settle
from infra.local.places import LOOPBACK

THREADS = 4
BACKLOG = 512


class OneProcessServer(MPServer):
    """granian without a second process; SIGTERM and SIGINT end it after the requests under way."""

    def _spawn_workers(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        worker: WorkerProcess = self._spawn_worker(0, spawn_target, partial(load_and_settle, target_loader))
        worker.inner.run()  # what the worker process would do, here: returns when a signal asks to stop

    def _serve_loop(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Nothing is left to watch once the worker's part has returned."""


def load_and_settle(load: Callable[[], Any]) -> Any:
    """Import the application, then give back the memory that only importing needed."""
    application = load()
    settle()
    return application


def main(application: str, port: int) -> None:
    load_nothing_in_vain()
    OneProcessServer(
        application,
        address=LOOPBACK,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
