"""Which stores are there, and what can be done with the files in them?"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import storages

from foundation.storage.errors import ContentChanged, StoredFileMissing
from foundation.storage.files import CHUNK_BYTES, FileStore


@dataclass(frozen=True)
class StoredFile:
    """A file in a store: ``sha256`` in hex."""

    key: str
    sha256: str
    size_bytes: int


def private_store() -> FileStore:
    """Return the store nobody outside reads: masters, uploads, renditions before their release."""
    return _store("private")


def public_store() -> FileStore:
    """Return the store whose files anybody may read: what releases are made of."""
    return _store("public")


def put(store: FileStore, key: str, chunks: Iterable[bytes]) -> StoredFile:
    """Store ``chunks`` under ``key`` at once or not at all; StoreFull when the disk is full."""
    sha256, size_bytes = store.write(key, chunks)
    return StoredFile(key, sha256, size_bytes)


def copy(source: FileStore, key: str, target: FileStore, target_key: str) -> StoredFile:
    """Copy a file as it is now; the copy was read back and has the hash that is returned."""
    with local_path(source, key) as path:
        written = put(target, target_key, _chunks(path))
    with local_path(target, target_key) as path:
        if _sha256(path) != written.sha256:
            target.delete(target_key)
            raise ContentChanged(f"The copy {target_key} differs from {key}; check the disk.")
    return written


def local_path(store: FileStore, key: str) -> AbstractContextManager[Path]:
    """Return a context in which the file lies at a path that other programs can read (and must not change)."""
    return _local_path(store, key)


@contextmanager
def _local_path(store: FileStore, key: str) -> Iterator[Path]:
    path = store.target(key)
    if not path.is_file():
        raise StoredFileMissing(f"There is no file {key} in the store.")
    yield path


def delete_tree(store: FileStore, prefix: str) -> None:
    """Remove every file below ``prefix`` (a whole folder or a single key)."""
    store.delete_tree(prefix)


def content_key(sha256: str, suffix: str) -> str:
    """Return the key of content: ``sha256/ab/abcd….webp`` for ``suffix`` ``.webp``."""
    return f"sha256/{sha256[:2]}/{sha256}{suffix}"


def sweep(*, older_than_s: float) -> int:
    """Remove from both stores what writers that were killed left behind; return how many files."""
    return sum(store.sweep(older_than_s=older_than_s) for store in (private_store(), public_store()))


def _store(alias: str) -> FileStore:
    store = storages[alias]
    assert isinstance(store, FileStore)  # noqa: S101 - what configuration.storages_from made
    return store


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
