"""Where does one process stand: waiting, starting, ready, resting before another attempt?"""

import time
from concurrent.futures import Executor, Future

from infra.local.launcher.child import Child
from infra.local.launcher.guard import Guard
from infra.local.launcher.health import probe
from infra.local.launcher.log import Log
from infra.local.launcher.processes import Process

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
KEEPS_DYING_AFTER = 5
ATTEMPTS_OF_A_TASK = 3
STARTING_LIMIT_S = 120.0
PROBE_EVERY_S = 0.2
WATCH_EVERY_S = 5.0
DEAF_AFTER = 4


class TaskFailed(Exception):
    """What has to be done once before the rest could not be done."""


class Post:
    """Keeps one process running. ``step`` is called several times a second by the supervisor's main thread."""

    def __init__(self, process: Process, log: Log, guard: Guard, probes: Executor) -> None:
        self.process = process
        self.child: Child | None = None
        self.is_ready = False
        self._log = log
        self._guard = guard
        self._probes = probes
        self._answer: Future[str | None] | None = None
        self._ends = 0
        self._start_at = 0.0
        self._probe_at = 0.0
        self._unanswered = 0

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    def step(self, ready: frozenset[str]) -> None:
        """Do what is due: start, look whether it answers, or notice its end. Raise TaskFailed when it is hopeless."""
        if self.child is None:
            self._start_when_due(ready)
        elif self.child.exit_code() is not None:
            self._note_end(self.child)
        elif self.process.port is None:
            self.is_ready = not self.process.runs_once
        else:
            self._look(self.child, self.process.port)

    def _start_when_due(self, ready: frozenset[str]) -> None:
        is_done = self.process.runs_once and self.is_ready
        if not is_done and time.monotonic() >= self._start_at and ready.issuperset(self.process.after):
            self.child = Child(self.process, self._log, self._guard)
            self._probe_at, self._unanswered, self._answer = 0.0, 0, None

    def _look(self, child: Child, port: int) -> None:
        """Ask in another thread, so that a process that hangs holds up nobody."""
        if self._answer is None and time.monotonic() >= self._probe_at:
            self._answer = self._probes.submit(probe, port, "/healthz" if self.is_ready else "/readyz")
        elif self._answer is not None and self._answer.done():
            missing, self._answer = self._answer.result(), None
            self._note_answer(child, missing)

    def _note_answer(self, child: Child, missing: str | None) -> None:
        age = time.monotonic() - child.started_at
        self._probe_at = time.monotonic() + (WATCH_EVERY_S if self.is_ready or missing is None else PROBE_EVERY_S)
        self._unanswered = self._unanswered + 1 if missing else 0
        if not self.is_ready:
            self.is_ready = missing is None
            is_hopeless = not self.is_ready and age > STARTING_LIMIT_S
        else:
            is_hopeless = self._unanswered >= DEAF_AFTER
        if is_hopeless:
            self._log.line(self.process.name, f"It does not work and is started again. {missing}")
            child.kill()

    def _note_end(self, child: Child) -> None:
        code = child.exit_code()
        child.finish()
        self.child, self.is_ready = None, self.process.runs_once and code == 0
        if not self.is_ready:
            self._plan_restart(child, code)

    def _plan_restart(self, child: Child, code: int | None) -> None:
        if time.monotonic() - child.started_at > STEADY_AFTER_S:
            self._ends = 0
        self._ends += 1
        if self.process.runs_once and self._ends >= ATTEMPTS_OF_A_TASK:
            raise TaskFailed(
                f"{self.process.name} failed {self._ends} times. Its last words: {child.last_line or 'none.'}"
            )
        pause = min(FIRST_PAUSE_S * 2 ** (self._ends - 1), LONGEST_PAUSE_S)
        self._start_at = time.monotonic() + pause
        self._log.line(self.process.name, f"Ended ({how_it_ended(code)}); started again in {pause:g} s.")
        if self._ends % KEEPS_DYING_AFTER == 0:
            words = f"It keeps dying: {self._ends} times now. Its last words: {child.last_line or 'none.'}"
            self._log.line(self.process.name, f"{words} ./hub doctor tells what is missing.")


def how_it_ended(code: int | None) -> str:
    return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
