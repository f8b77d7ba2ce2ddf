"""Which stores are there, and what can be done with the files in them?"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import storages

from foundation.storage.blocks import Blocks
from foundation.storage.errors import ContentChanged, CopyMissing, StoredFileMissing
from foundation.storage.keys import StoredKey


@dataclass(frozen=True)
class StoredFile:
    """A file in a store: ``sha256`` in hex."""

    key: str
    sha256: str
    size_bytes: int


class Store(Protocol):
    """A place for files, on a disk (FileStore) or in a bucket (S3Store); also one of Django's storages.

    Every method raises UnsafeKey for a key that is none, and StoreUnavailable when the store doesn't answer.
    """

    def write(self, key: str, chunks: Iterable[bytes], /) -> tuple[str, int]:
        """Put ``chunks`` under ``key`` at once or not at all; return sha256 (hex) and size; StoreFull."""
        ...

    def read(self, key: str, start: int = 0, stop: int | None = None, /) -> Blocks:
        """Open now, and hand out block by block, the bytes ``start`` to ``stop`` (exclusive); StoredFileMissing."""
        ...

    def open(self, key: str, mode: str = "rb", /) -> "File[Any]":
        """Return the file for reading, seekable, for Wagtail and Pillow; StoredFileMissing."""
        ...

    def save(self, key: str, content: Any, /) -> str:
        """Put a new file under ``key``, or a free one like it, never replacing any; return which."""
        ...

    def exists(self, key: str, /) -> bool:
        """Say whether a file lies exactly there."""
        ...

    def stat(self, key: str, /) -> StoredKey:
        """Return what is known of the file; StoredFileMissing."""
        ...

    def size(self, key: str, /) -> int:
        """Return the size in bytes; StoredFileMissing."""
        ...

    def delete(self, key: str, /) -> None:
        """Remove a file, with every older version of it; none is no error."""
        ...

    def delete_tree(self, prefix: str, /) -> None:
        """Remove every file below ``prefix`` and the file ``prefix`` itself; nothing there is no error."""
        ...

    def keys(self, prefix: str = "", /) -> Iterator[StoredKey]:
        """Yield the files whose key begins with ``prefix``, sorted by key; unfinished ones are none."""
        ...

    def copy_within(self, source: "Store", key: str, target_key: str, /) -> bool:
        """Let the server of both stores copy a file; False where none can."""
        ...

    def local_copy(self, key: str, /) -> AbstractContextManager[Path]:
        """Return a context in which other programs can read the file at a path; StoredFileMissing, StoreFull."""
        ...

    def free_bytes(self) -> int | None:
        """Return how much more fits in; None where nobody can tell."""
        ...

    def sweep(self, *, older_than_s: float) -> int:
        """Remove what writers and readers that were killed left behind; return how many files."""
        ...

    def trouble(self) -> str | None:
        """Return why no file can be put into the store, as the end of a sentence about it; None if one can."""
        ...

    def url(self, key: str, /) -> str:
        """Return where the process that serves this store answers the file."""
        ...


def private_store() -> Store:
    """Return the store nobody outside reads: masters, uploads, renditions before their release."""
    return cast(Store, storages["private"])


def public_store() -> Store:
    """Return the store whose files anybody may read: what releases are made of."""
    return cast(Store, storages["public"])


def put(store: Store, key: str, chunks: Iterable[bytes]) -> StoredFile:
    """Store ``chunks`` under ``key`` at once or not at all; StoreFull when there is no room."""
    sha256, size_bytes = store.write(key, chunks)
    return StoredFile(key, sha256, size_bytes)


def copy(source: Store, key: str, target: Store, target_key: str, *, sha256: str = "") -> StoredFile:
    """Copy a file; the copy was read back and has the hash that is returned, ``sha256`` if that is known.

    Raises ContentChanged, after which there is no copy, and CopyMissing when somebody deleted it meanwhile. A server
    that holds both stores copies by itself.
    """
    if target.copy_within(source, key, target_key):
        meant = sha256 or sha256_of(source, key)
    else:
        with source.read(key) as blocks:
            meant = put(target, target_key, blocks).sha256
    try:
        copied, size_bytes = sha256_of(target, target_key), target.size(target_key)
    except StoredFileMissing as error:
        raise CopyMissing(f"The copy {target_key} was deleted meanwhile. Try again.") from error
    if copied != meant or (sha256 and meant != sha256):
        target.delete(target_key)
        raise ContentChanged(f"The copy {target_key} differs from {key}; check the disk.")
    return StoredFile(target_key, meant, size_bytes)


def sha256_of(store: Store, key: str) -> str:
    """Read a file to its end and return its hash in hex; StoredFileMissing."""
    digest = hashlib.sha256()
    with store.read(key) as blocks:
        for block in blocks:
            digest.update(block)
    return digest.hexdigest()


def local_path(store: Store, key: str) -> AbstractContextManager[Path]:
    """Return a context in which the file lies at a path that other programs can read (and must not change)."""
    return store.local_copy(key)


def delete_tree(store: Store, prefix: str) -> None:
    """Remove every file below ``prefix`` (a whole folder or a single key)."""
    store.delete_tree(prefix)


def sweep(*, older_than_s: float) -> int:
    """Remove from both stores what processes that were killed left behind; return how many files."""
    return sum(store.sweep(older_than_s=older_than_s) for store in (private_store(), public_store()))
