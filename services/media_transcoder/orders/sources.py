"""Where does a worker read the master of a film?

Where the store is a disk, in the store. From a store behind a network it is fetched once per machine, whoever of its
workers comes first, and kept below the work directory while films are made of it; its name is its hash.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings

from foundation.contracts.transcoding import TranscodeRequest
from foundation.storage import Store, local_path, private_store
from foundation.storage.files import FileStore
from services.media_transcoder.pipeline.errors import DiskFull, SourceChanged
from services.media_transcoder.pipeline.refusals import SOURCE_CHANGED

MOST_BYTES = 64 * 1024**3
_RESERVE_BYTES = 256 * 1024**2
_ASK_AGAIN_S = 0.2
_LOCK = ".lock"

Waiting = Callable[[], None]


@contextmanager
def master(request: TranscodeRequest, *, waiting: Waiting) -> Iterator[Path]:
    """Yield the path of the master; ``waiting`` is called now and then while it is fetched, and may raise.

    Raises StoredFileMissing, StoreUnavailable, SourceChanged when another film was fetched, DiskFull.
    """
    store = private_store()
    if isinstance(store, FileStore):
        with local_path(store, request.source_key) as path:
            yield path
        return
    with _shared(store, request, waiting) as path:
        now = time.time_ns()  # finer than the clock by which the kernel stamps files
        os.utime(path, ns=(now, now))
        yield path


def forget_sources(*, except_for: set[str]) -> None:
    """Remove every fetched master whose hash is not among ``except_for`` and that nobody reads now."""
    folder = source_folder()
    found = folder.iterdir() if folder.is_dir() else ()
    for name in {path.name.partition(".")[0] for path in found} - except_for:
        _remove(folder / name)


def source_folder() -> Path:
    return Path(settings.WORK_DIR) / "sources"


@contextmanager
def _shared(store: Store, request: TranscodeRequest, waiting: Waiting) -> Iterator[Path]:
    """Fetch a master, or wait until another worker has, and hold it so that nobody removes it.

    The kernel lets go of it when we are killed.
    """
    path = source_folder() / request.source_sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with _lock_of(path).open("a") as lock:
            if _taken(lock, fcntl.LOCK_SH) and path.exists():
                yield path
                return
        with _lock_of(path).open("a") as lock:
            if not _taken(lock, fcntl.LOCK_EX):
                waiting()
                time.sleep(_ASK_AGAIN_S)
            elif not path.exists():
                _fetch(store, request, path, waiting)


def _fetch(store: Store, request: TranscodeRequest, path: Path, waiting: Waiting) -> None:
    _make_room(store.size(request.source_key))
    unfinished = _unfinished(path)
    digest = hashlib.sha256()
    try:
        with unfinished.open("wb") as file, store.read(request.source_key) as blocks:
            for block in blocks:
                file.write(block)
                digest.update(block)
                waiting()
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != request.source_sha256:
            raise SourceChanged(SOURCE_CHANGED)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _make_room(size_bytes: int) -> None:
    """Remove masters nobody reads, those longest unused first, until another one fits."""
    folder, found = source_folder(), _fetched()
    held = sum(status.st_size for _, status in found)
    for path, status in sorted(found, key=lambda each: each[1].st_mtime_ns):
        if held + size_bytes <= MOST_BYTES and _is_room(folder, size_bytes):
            return
        held -= status.st_size if _remove(path) else 0
    if not _is_room(folder, size_bytes):
        raise DiskFull(f"The disk of {folder} is full: make room there, then try again.")


def _is_room(folder: Path, size_bytes: int) -> bool:
    return shutil.disk_usage(folder).free >= size_bytes + _RESERVE_BYTES


def _fetched() -> list[tuple[Path, os.stat_result]]:
    """Return the masters that lie here; another worker may remove one while we look."""
    found = []
    for path in source_folder().iterdir():
        with suppress(FileNotFoundError):
            if not path.suffix:
                found.append((path, path.stat()))
    return found


def _remove(path: Path) -> bool:
    """Remove a master and what a killed worker had of it, unless somebody reads it; say whether it is gone."""
    with _lock_of(path).open("a") as lock:
        if not _taken(lock, fcntl.LOCK_EX):
            return False
        for left in (path, _unfinished(path), _lock_of(path)):
            left.unlink(missing_ok=True)
        return True


def _taken(lock: IO[str], kind: int) -> bool:
    """Lock a file unless somebody else has, or has removed it; say whether we hold what others find."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
        return os.fstat(lock.fileno()).st_ino == Path(lock.name).stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{_LOCK}")
