"""Which processes take part? Real ones that are killed with -9 and started again; what they say is kept in files."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_S = 900.0
SLEEPLESS_S = 8.0
WAKES_S = 3.0


@dataclass
class Member:
    """A process of ours: ``python -m`` ``arguments`` in ``environment``."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", *self.arguments]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def stop_breathing(self) -> None:
        """Hold the process where it is, as a machine that sleeps or swaps does: others may take over its work."""
        self._signal(signal.SIGSTOP)

    def breathe(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if (process := self.process) is not None:
            process.send_signal(number)

    def lines(self, event: str) -> int:
        """Return how many lines of its log, over all its lives, tell of ``event``."""
        return sum(f'"{event}"' in line for line in self.log.read_text(errors="replace").splitlines())


@contextmanager
def running(members: list[Member]) -> Iterator[None]:
    """Start the members; at the end, none is left."""
    try:
        for member in members:
            member.start()
        yield
    finally:
        for member in members:
            member.kill()


@dataclass
class Sleeper:
    """One of the members doesn't die but sleeps, beyond its lease, and then goes on as if nothing had been.

    The first that ``is_busy`` falls asleep; or any, when none is for a while.
    """

    members: list[Member]
    is_busy: Callable[[Member], bool]
    asleep: Member | None = None

    def kill(self) -> None:
        deadline = time.monotonic() + SLEEPLESS_S
        while not (busy := [member for member in self.members if self.is_busy(member)]):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        self.asleep = (busy or self.members)[0]
        self.asleep.stop_breathing()

    def start(self) -> None:
        """Wake it, and leave it the time to end what it believes to hold."""
        if self.asleep is not None:
            self.asleep.breathe()
        threading.Event().wait(WAKES_S)


def said_by(arguments: list[str], environment: dict[str, str]) -> str:
    """Run ``python -m`` ``arguments`` to its end and return the last line it printed; AssertionError if it fails."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, f"{arguments[0]} failed:\n{done.stderr[-3000:]}"
    return (done.stdout.splitlines() or [""])[-1]


def told_by(arguments: list[str], environment: dict[str, str]) -> dict[str, object]:
    """Return the JSON object that ``python -m`` ``arguments`` prints last."""
    told: dict[str, object] = json.loads(said_by(arguments, environment))
    return told


def environment_of(settings: str, data_dir: Path, **values: str) -> dict[str, str]:
    data_dir.mkdir(exist_ok=True)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "DATA_DIR": str(data_dir),
        "ENVIRONMENT": "test",
        "LOG_FORMAT": "json",
        **values,
    }


def wait_until_none(left: Callable[[], list[str]], *, limit_s: float) -> None:
    """Wait until nothing is left; AssertionError with what is, after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while still := left():
        assert time.monotonic() < deadline, f"Not done within {limit_s:.0f} s:\n" + "\n".join(still)
        time.sleep(0.1)
