"""How does a transfer end that is killed at a chosen moment? In a process of its own, by a real SIGKILL."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

T = TypeVar("T")


def killed(run: Callable[[], object], owner: type, method: str, *, at: int) -> bool:
    """Run in a fork that kills itself at the ``at``-th call of ``method``; False if it never came there."""
    process = os.fork()
    if process == 0:
        _run_and_die(run, owner, method, at)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _run_and_die(run: Callable[[], object], owner: type, method: str, at: int) -> None:
    original, calls = getattr(owner, method), 0

    def counting(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)

    with patch.object(owner, method, counting):
        try:
            run()
        finally:
            os._exit(3)


def is_running(process: int) -> bool:
    """Say whether a process lives; one that has ended and was not asked for its end doesn't."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def wait_for(found: Callable[[], T]) -> T:
    """Return what ``found`` returns as soon as it is true."""
    deadline = time.monotonic() + 30
    while not (value := found()):
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.02)
    return value
