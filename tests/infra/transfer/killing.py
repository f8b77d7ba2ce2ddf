"""How does a transfer end that is killed at a chosen moment? In a process of its own, by a real SIGKILL."""

import os
import signal
from collections.abc import Callable
from typing import Any
from unittest.mock import patch


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
