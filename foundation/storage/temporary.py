"""Where lies a file that another program reads while it is in use, and who removes it when its process was killed?

Each one is locked by its process. A lock ends with the process, so what isn't locked has been left behind.
"""

import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from foundation.storage.errors import StoreFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_YOUNG_S = 60.0  # a file is locked a moment after it was made


@contextmanager
def temporary_file(folder: Path, *, suffix: str) -> Iterator[tuple[Path, IO[bytes]]]:
    """Yield an empty file below ``folder`` and where it lies; it is gone afterwards. StoreFull when the disk is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=folder, suffix=suffix)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield Path(name), stream
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Say that a disk is full in the words of a store."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull("The disk is full; free some space and try again.") from error
        raise


def forget_forsaken(folder: Path, *, older_than_s: float) -> int:
    """Remove what processes that are gone left in ``folder``; return how many files."""
    old = time.time() - min(older_than_s, _YOUNG_S)
    return sum(_removed(path) for path in folder.glob("*") if path.stat().st_mtime < old)


def _removed(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except OSError:  # in use, or gone already
        return False
    return True
