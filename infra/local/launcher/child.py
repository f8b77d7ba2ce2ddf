"""How is one process started so that it never outlives the launcher, and how is it stopped?"""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import threading
import time

from infra.local.launcher.guard import Guard
from infra.local.launcher.log import Log
from infra.local.launcher.processes import Process
from infra.local.places import ROOT

PR_SET_PDEATHSIG = 1
OWN_QUESTIONS = re.compile(r" route=(healthz|readyz) status=200 ")  # asked by the launcher every few seconds
_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends, however it ends (Linux: prctl(2)).

    Runs in the child before its program starts; what the child starts itself must ask again.
    """
    if hasattr(_libc, "prctl"):
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended between the fork and this line
        os._exit(1)


class Child:
    """A started process whose lines go to the log. Must be started by the main thread: PDEATHSIG follows threads."""

    def __init__(self, process: Process, log: Log, guard: Guard) -> None:
        self.process = process
        self._guard = guard
        self.started_at = time.monotonic()
        launcher = os.getpid()
        self._running = subprocess.Popen(
            process.argv,
            cwd=ROOT,
            env=process.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the launcher alone, which then stops all in order
            preexec_fn=lambda: die_with(launcher),
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        guard.begun(self.pid)
        self.last_line = ""
        self._reader = threading.Thread(target=self._read, args=(log,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._running.pid

    def exit_code(self) -> int | None:
        return self._running.poll()

    def ask_to_stop(self) -> None:
        if self.exit_code() is None:
            self._running.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process and whatever it started in its session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def finish(self) -> None:
        """Wait for the end and for the last lines; nothing of its session is left."""
        self._running.wait()
        self.kill()
        self._guard.ended(self.pid)
        self._reader.join(timeout=1)

    def _read(self, log: Log) -> None:
        assert self._running.stdout is not None  # noqa: S101 - PIPE above
        for line in self._running.stdout:
            if line.strip() and not OWN_QUESTIONS.search(line):
                self.last_line = line.strip()
                log.line(self.process.name, line)
