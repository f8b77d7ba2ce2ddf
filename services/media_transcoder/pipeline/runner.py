"""How is another program run so that it never outlives us, hangs or floods us?"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

LEASH = Path(__file__).with_name("leash.py")
ROOT = Path(__file__).resolve().parents[3]
_KEPT_OUTPUT_BYTES = 4 * 1024**2
_KEPT_ERROR_BYTES = 16 * 1024
_LOGGED_WORDS = 300
_POLL_S = 0.5
_SIGNS_OF_PROGRESS = {"frame", "out_time_us", "total_size"}  # of ffmpeg -progress; "speed" changes when it is stuck

LineSeen = Callable[[str], None]


class TimedOut(Exception):
    """The program took longer than it may, or made no progress for too long."""


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes; 0 means no limit. ``silence_s``: longest time without a sign of progress."""

    wall_s: float = 0
    cpu_s: int = 0
    memory_bytes: int = 0
    silence_s: float = 0
    niceness: int = 5


@dataclass(frozen=True)
class Finished:
    """How a program ended; ``errors`` is the end of what it wrote to standard error."""

    code: int
    output: str
    errors: str


def run(command: list[str], *, limits: Limits, on_line: LineSeen | None = None) -> Finished:
    """Run ``command`` to its end. Whatever ``on_line`` raises ends the program first and is raised again."""
    began = time.monotonic()
    with _started(command, limits) as process:
        listener = _Listener(limits, on_line)
        for is_error, chunk in _chunks(process, listener.check):
            listener.hear(chunk, is_error=is_error)
        finished = Finished(process.wait(), listener.output.decode(errors="replace"), listener.errors)
    _log_end(command, finished, ms=round((time.monotonic() - began) * 1000))
    return finished


def _log_end(command: list[str], finished: Finished, *, ms: int) -> None:
    """Write one line, with the last words of a program that complained."""
    fields: dict[str, object] = {"program": Path(command[0]).name, "code": finished.code, "ms": ms}
    if finished.errors:
        fields["says"] = finished.errors.splitlines()[-1][:_LOGGED_WORDS]
    log.info("program_ended", extra=fields)


class _Listener:
    """Keeps what a program says, within bounds, and notices when it says nothing new."""

    def __init__(self, limits: Limits, on_line: LineSeen | None) -> None:
        self._limits = limits
        self._on_line = on_line
        self._started = self._moved = time.monotonic()
        self._last: dict[str, str] = {}
        self._pending = b""
        self._errors = b""
        self.output = bytearray()

    @property
    def errors(self) -> str:
        return self._errors.decode(errors="replace").strip()

    def hear(self, chunk: bytes, *, is_error: bool) -> None:
        if is_error:
            self._errors = (self._errors + chunk)[-_KEPT_ERROR_BYTES:]
            return
        if len(self.output) < _KEPT_OUTPUT_BYTES:
            self.output += chunk
        *lines, self._pending = (self._pending + chunk).split(b"\n")
        for line in lines:
            self._note(line.decode(errors="replace"))
        self._pending = self._pending[-_KEPT_OUTPUT_BYTES:]

    def _note(self, line: str) -> None:
        key, _, value = line.partition("=")
        if key in _SIGNS_OF_PROGRESS and self._last.get(key) != value:
            self._last[key] = value
            self._moved = time.monotonic()
        if self._on_line:
            self._on_line(line)

    def check(self) -> None:
        now = time.monotonic()
        if self._limits.wall_s and now - self._started > self._limits.wall_s:
            raise TimedOut("It took too long.")
        if self._limits.silence_s and now - self._moved > self._limits.silence_s:
            raise TimedOut("It made no progress.")


@contextmanager
def _started(command: list[str], limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603
        _leashed(command, limits),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},  # no secret of ours reaches what reads a stranger's file
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        _end(process)


def _leashed(command: list[str], limits: Limits) -> list[str]:
    numbers = (os.getpid(), limits.memory_bytes, limits.cpu_s, limits.niceness)
    return [sys.executable, "-I", "-S", str(LEASH), *map(str, numbers), *command]


def _chunks(process: subprocess.Popen[bytes], check: Callable[[], None]) -> Iterator[tuple[bool, bytes]]:
    """Yield what comes from standard error (True) and output (False) until both are closed."""
    with selectors.DefaultSelector() as selector:
        for stream in _streams(process):
            selector.register(stream, selectors.EVENT_READ, data=stream is process.stderr)
        while selector.get_map():
            for key, _ in selector.select(timeout=_POLL_S):
                chunk = os.read(key.fd, 65536)
                if chunk:
                    yield key.data, chunk
                else:
                    selector.unregister(key.fileobj)
            check()


def _streams(process: subprocess.Popen[bytes]) -> list[IO[bytes]]:
    return [stream for stream in (process.stdout, process.stderr) if stream]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the whole group: the program leads its own session."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in _streams(process):
        stream.close()
