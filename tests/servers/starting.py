"""What do the servers of the tests share? A folder that is gone afterwards, a wait until they answer, a skip."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

READY_S = 60


class ServerMissing(Exception):
    """This machine has no such server that the tests could start; the message names it."""


class Started(Protocol):
    """A server that runs, or has died: its folder holds its ``log``."""

    folder: Path
    process: "subprocess.Popen[bytes] | None"


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder for a server; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"make-it-safe-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_answering(server: Started, answers: Callable[[], bool]) -> None:
    """Return once the server answers; ServerMissing, with the end of its log, if it dies or takes too long."""
    deadline = time.monotonic() + READY_S
    while not answers():
        if server.process is None or server.process.poll() is not None or time.monotonic() > deadline:
            end = (server.folder / "log").read_text(errors="replace")[-300:]
            raise ServerMissing(f"{type(server).__name__} did not start: {end}")
        time.sleep(0.05)


@contextmanager
def or_skipped() -> Iterator[None]:
    """Skip the test, by name, where a server can't be started."""
    try:
        yield
    except ServerMissing as missing:
        pytest.skip(str(missing))
