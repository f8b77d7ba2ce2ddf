"""How do files lie on a disk? Written atomically: a reader, or a restart after a crash, sees the whole file or none."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from foundation.storage.errors import StoreFull, UnsafeKey

CHUNK_BYTES = 1 << 20
TEMPORARY = ".tmp"  # folder at the root of a store; no key can reach it, because no part of a key starts with a dot
_SAFE_PART = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


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
            _sync_folder(target.parent)
        return written

    def target(self, key: str) -> Path:
        """Return where ``key`` lies; UnsafeKey if that is not inside the store."""
        if not key or len(key) > 400 or not all(_SAFE_PART.fullmatch(part) for part in key.split("/")):
            raise UnsafeKey(f"{key[:80]!r} is no key of a store.")
        return Path(self.base_location) / key

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
            _sync_folder(target.parent)
        return name

    @contextmanager
    def _temporary_file(self) -> Iterator[Path]:
        """Yield an empty file in the same file system, gone afterwards unless it was moved."""
        temporary: Path | None = None
        try:
            self._make_folder(self._temporary_folder)
            descriptor, name = tempfile.mkstemp(dir=self._temporary_folder)
            temporary = Path(name)
            os.close(descriptor)
            yield temporary
        except OSError as error:
            if error.errno in _FULL:
                raise StoreFull("The disk is full; free some space and try again.") from error
            raise
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


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (POSIX: the folder holds the name)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
