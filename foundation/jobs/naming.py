"""Which name does a worker have? One that its successor gets again, and nobody else at the same time.

A restarted worker takes its predecessor's jobs back at once instead of waiting for their leases, so it must know that
this one is dead. A lock on a file in ``DATA_DIR`` tells: the kernel holds it exactly as long as the process lives. The
file also holds a random part of the name, so two machines or containers never have the same one, whatever their
hostnames are; a container that is made anew starts with a new name, and its old jobs wait for their leases (15 s).
"""

import fcntl
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import IO
from urllib.parse import quote

log = logging.getLogger(__name__)


@contextmanager
def held_name(label: str, data_dir: Path) -> Iterator[str]:
    """Yield the name of the first worker called ``label`` on this host that isn't running now, and keep it taken."""
    host, label = socket.gethostname()[:60], quote(label, safe="")[:40]
    lock = _first_free(data_dir / "workers", f"{host}.{label}")
    try:
        yield f"{host}/{label}-{_token(lock) if lock else token_hex(4)}"
    finally:
        if lock:
            lock.close()


def _first_free(folder: Path, stem: str) -> IO[str] | None:
    """Return the first file that no living process has locked, locked; None where no file can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return next(lock for number in count(1) if (lock := _lock(folder / f"{stem}.{number}")))
    except OSError as error:
        log.info("worker_without_a_place", extra={"folder": str(folder), "reason": error.strerror})
        return None


def _lock(path: Path) -> IO[str] | None:
    """Return the file at ``path``, locked; None if a living process has the lock."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _token(file: IO[str]) -> str:
    """Return what the file holds: the random part of the name, written by the first who had it."""
    file.seek(0)
    token = file.read().strip()
    if not token:
        token = token_hex(4)
        file.write(token)
        file.flush()
    return token
