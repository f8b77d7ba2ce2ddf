"""How do files lie on a disk? Written atomically: a reader, or a restart after a crash, sees the whole file or none."""

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from foundation.storage.blocks import CHUNK_BYTES, Blocks
from foundation.storage.errors import StoredFileMissing
from foundation.storage.keys import StoredKey, safe_key
from foundation.storage.temporary import room_on_disk

TEMPORARY = ".tmp"  # folder at the root of a store; no key can reach it, because no part of a key starts with a dot


class FileStore(FileSystemStorage):
    """A folder of files; ``save`` (forms, Wagtail) and ``write`` (our own code) are both atomic and durable."""

    def write(self, key: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Put ``chunks`` under ``key``, replacing what is there; return sha256 (hex) and size in bytes.

        Raises StoreFull when the disk is full, and leaves nothing behind on any error.
        """
        target = self.target(key)
        with self._temporary_file() as temporary:
            written = self._fill(temporary, chunks)
            self._make_folder(target.parent)
            temporary.replace(target)
            sync_folder(target.parent)
        return written

    def target(self, key: str) -> Path:
        """Return where ``key`` lies; UnsafeKey if that is not inside the store."""
        return Path(self.base_location) / safe_key(key)

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Blocks:
        """Hand out a part of the file; it is opened now, so that a file deleted meanwhile is still read whole."""
        with _present(key):
            stream = self.target(key).open("rb")
        stream.seek(start)
        return Blocks(stream, (os.fstat(stream.fileno()).st_size if stop is None else stop) - start)

    def exists(self, name: str) -> bool:
        """Say whether a file lies exactly there; a folder is none."""
        return self.target(name).is_file()

    def is_name_available(self, name: str, max_length: int | None = None) -> bool:
        """Say whether a new file may have this name; a folder takes it, too."""
        return not (os.path.lexists(self.target(name)) or (max_length and len(name) > max_length))

    def stat(self, key: str) -> StoredKey:
        """Return what is known of the file; StoredFileMissing."""
        with _present(key):
            return _stored(key, self.target(key))

    def size(self, name: str) -> int:
        """Return the size in bytes; StoredFileMissing."""
        return self.stat(name).size_bytes

    def delete(self, name: str) -> None:
        """Remove a file; none is no error."""
        with suppress(NotADirectoryError, IsADirectoryError):  # a part of the key is a file, or all of it a folder
            self.target(name).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[StoredKey]:
        """Yield the files whose key begins with ``prefix``, sorted by key."""
        folder, slash, _rest = prefix.rpartition("/")
        yield from _files_in(self.target(folder) if folder else Path(self.base_location), folder + slash, prefix)

    def copy_within(self, source: Any, key: str, target_key: str) -> bool:
        """A folder copies nothing by itself."""
        return False

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Yield where the file itself lies; StoredFileMissing."""
        path = self.target(key)
        if not path.is_file():
            raise StoredFileMissing(f"There is no file {key} in the store.")
        yield path

    def free_bytes(self) -> int:
        """Return how much room the disk has."""
        return shutil.disk_usage(self._present_folder()).free

    def trouble(self) -> str | None:
        """Say why no file can be put into the store."""
        if os.access(self._present_folder(), os.W_OK | os.X_OK):
            return None
        return "can't be written; check STORAGE_URL and the permissions of its folder."

    def delete_tree(self, prefix: str) -> None:
        """Remove every file below ``prefix`` and the file ``prefix`` itself; nothing there is no error."""
        target = self.target(prefix.rstrip("/"))
        while target.is_dir():
            with suppress(FileNotFoundError):  # somebody else removes the same: look again
                shutil.rmtree(target)
        target.unlink(missing_ok=True)

    def sweep(self, *, older_than_s: float) -> int:
        """Remove what writers that were killed left behind; return how many files."""
        old = time.time() - older_than_s
        left = [path for path in self._temporary_folder.glob("*") if path.stat().st_mtime < old]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @property
    def _temporary_folder(self) -> Path:
        return Path(self.base_location) / TEMPORARY

    def _present_folder(self) -> Path:
        """Return the folder of the store, or the one it will be made in: a store makes its folder at the first file."""
        folder = Path(self.base_location)
        while not folder.exists():
            folder = folder.parent
        return folder

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        with _present(name):
            return File(self.target(name).open(mode))

    def _save(self, name: str, content: "File[Any]") -> str:
        """Put a new file, never replacing one: another upload of the same name may arrive at the same moment."""
        with self._temporary_file() as temporary:
            self._fill(temporary, content.chunks(CHUNK_BYTES))
            while True:
                target = self.target(name)
                self._make_folder(target.parent)
                try:
                    os.link(temporary, target)
                    break
                except FileExistsError:
                    name = self.get_available_name(name)
            sync_folder(target.parent)
        return name

    @contextmanager
    def _temporary_file(self) -> Iterator[Path]:
        """Yield an empty file in the same file system, gone afterwards unless it was moved."""
        temporary: Path | None = None
        try:
            with room_on_disk():
                self._make_folder(self._temporary_folder)
                descriptor, name = tempfile.mkstemp(dir=self._temporary_folder)
                temporary = Path(name)
                os.close(descriptor)
                yield temporary
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def _fill(self, temporary: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with temporary.open("wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            stream.flush()
            os.fchmod(stream.fileno(), self.file_permissions_mode or 0o600)
            os.fsync(stream.fileno())
        return digest.hexdigest(), size

    def _make_folder(self, folder: Path) -> None:
        root = Path(self.base_location)
        root.parent.mkdir(parents=True, exist_ok=True)
        parts = (folder, *folder.parents)
        for missing in reversed([part for part in parts if part.is_relative_to(root) and not part.exists()]):
            missing.mkdir(exist_ok=True)
            missing.chmod(self.directory_permissions_mode or 0o700)  # whatever the umask of the process


@contextmanager
def _present(key: str) -> Iterator[None]:
    """Say that a file is missing in the words of a store."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise StoredFileMissing(f"There is no file {key} in the store.") from error


def _stored(key: str, path: Path) -> StoredKey:
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise IsADirectoryError(key)
    modified_at = datetime.fromtimestamp(state.st_mtime, UTC)
    return StoredKey(key, state.st_size, modified_at, f"{state.st_size:x}-{state.st_mtime_ns:x}")


def _files_in(folder: Path, key: str, prefix: str) -> Iterator[StoredKey]:
    """Yield what lies in ``folder``, whose own key (with a slash) is ``key``, in the order of whole keys."""
    for name in sorted(_names_in(folder)):
        below = key + name
        if name.endswith("/") and (below.startswith(prefix) or prefix.startswith(below)):
            yield from _files_in(folder / name, below, prefix)
        elif below.startswith(prefix):
            with suppress(FileNotFoundError):  # deleted meanwhile
                yield _stored(below, folder / name)


def _names_in(folder: Path) -> list[str]:
    """Return what no key hides, folders with the slash that follows them in keys."""
    try:
        with os.scandir(folder) as entries:
            return [f"{e.name}/" if e.is_dir() else e.name for e in entries if not e.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (POSIX: the folder holds the name)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
