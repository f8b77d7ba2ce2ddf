"""How does a test kill this process in the middle of something? In a copy of it, with -9."""

import os
import select
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

PATIENCE_S = 20


def killed_once_ready(work: Callable[[Callable[[], None]], None]) -> None:
    """Run ``work`` in a process of its own and kill that with -9 once it says it is ready."""
    heard, said = os.pipe()
    _let_go_of_databases()
    child = os.fork()
    if not child:
        try:
            work(lambda: os.close(os.dup(said)) if os.write(said, b"!") else None)
        finally:
            os._exit(1)
    ready, _writable, _failed = select.select([heard], [], [], PATIENCE_S)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    os.close(heard)
    os.close(said)
    assert ready
    assert os.WTERMSIG(status) == signal.SIGKILL


def _let_go_of_databases() -> None:
    """Close every connection, also those that wait in a pool: a copy of this process would speak on them, too."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]


def pausing_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, work: Callable[[], Any]) -> Any:
    """Return ``work`` for ``killed_once_ready``: it is ready, and goes no further, where it calls ``module.name``."""

    def paused_work(signal_ready: Callable[[], None]) -> None:
        def pause(*args: object, **kwargs: object) -> None:
            signal_ready()
            signal.pause()

        with monkeypatch.context() as here:
            here.setattr(module, name, pause)
            work()

    return paused_work
