"""How do files lie on a disk? Written atomically: a reader, or a restart after a crash, sees the whole file or none."""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
        digest, size = hashlib.sha256(), 0
        with self._incoming(target) as temporary, temporary.open("wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        return digest.hexdigest(), size

    def link(self, key: str, source: Path) -> None:
        """Put the file ``source`` under ``key`` without copying its bytes; OSError where the file system can't."""
        target = self.target(key)
        with self._incoming(target) as temporary:
            temporary.unlink()
            os.link(source, temporary)

    def target(self, key: str) -> Path:
        """Return where ``key`` lies; UnsafeKey if that is not inside the store."""
        if not key or len(key) > 400 or not all(_SAFE_PART.fullmatch(part) for part in key.split("/")):
            raise UnsafeKey(f"{key[:80]!r} is no key of a store.")
        return Path(self.base_location) / key

    def delete_tree(self, prefix: str) -> None:
        """Remove every file below ``prefix`` and the file ``prefix`` itself; nothing there is no error."""
        target = self.target(prefix.rstrip("/"))
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def _save(self, name: str, content: "File[Any]") -> str:
        self.write(name, content.chunks(CHUNK_BYTES))
        return name

    @contextmanager
    def _incoming(self, target: Path) -> Iterator[Path]:
        """Yield a temporary file that becomes ``target`` if all goes well and disappears if not."""
        temporary: Path | None = None
        try:
            temporary = self._temporary_file()
            self._make_folder(target.parent)
            yield temporary
            temporary.chmod(self.file_permissions_mode or 0o600)
            temporary.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise StoreFull("The disk is full; free some space and try again.") from error
            raise
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def _temporary_file(self) -> Path:
        folder = Path(self.base_location) / TEMPORARY
        self._make_folder(folder)
        descriptor, name = tempfile.mkstemp(dir=folder)
        os.close(descriptor)
        return Path(name)

    def _make_folder(self, folder: Path) -> None:
        mode = self.directory_permissions_mode or 0o700
        for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
            missing.mkdir(exist_ok=True)
            missing.chmod(mode)  # the umask of the process doesn't decide who may read


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (POSIX: the folder holds the name)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
