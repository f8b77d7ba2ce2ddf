"""How do files come into the stores of a target, a few at a time, and those that are there already stay?"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from foundation.storage import StoredFileMissing, StoreFull
from foundation.storage.errors import StorageError
from foundation.storage.stores import Store
from infra.transfer.errors import CannotWrite, TransferError
from infra.transfer.installation import STORES, Installation
from infra.transfer.sources import FileEntry, Source
from infra.transfer.targets import Tell

AT_ONCE = 4
GATHERED = 256


def copy_files(source: Source, installation: Installation, tell: Tell) -> None:
    """Copy what is not there yet. A file that is there in its full size is compared later, like all others."""
    for name, store in installation.stores().items():
        count, size = 0, 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for some in gathered(source.files(name)):
                for copied in pool.map(lambda entry, into=store, of=name: _copy(source, of, entry, into), some):
                    count, size = count + 1, size + copied
        tell(f"{name} files: {count:,}, {megabytes(size)}.")


def _copy(source: Source, name: str, entry: FileEntry, target: Store) -> int:
    try:
        if target.exists(entry.key) and target.size(entry.key) == entry.size_bytes:
            return entry.size_bytes
        with source.read(name, entry.key) as blocks:
            return target.write(entry.key, blocks)[1]
    except StoreFull as error:
        raise CannotWrite("There is no room for the files: make some, then run this again.") from error
    except StoredFileMissing as error:
        raise TransferError(f"The file {entry.key} is missing in the {name} files of the source.") from error
    except StorageError as error:
        raise TransferError(f"{name} files: {error}") from error


def differing_files(source: Source, installation: Installation) -> Iterator[str]:
    """Yield a sentence for each file that is not the same on both sides, every byte read."""
    for name in STORES:
        store = installation.stores()[name]
        theirs: set[str] = set()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for some in gathered(source.files(name)):
                theirs |= {entry.key for entry in some}
                yield from filter(
                    None, pool.map(lambda entry, of=name, into=store: _difference(source, of, entry, into), some)
                )
        for found in store.keys(""):
            if found.key not in theirs:
                yield f"{name} files: {found.key} is only in the target."


def _difference(source: Source, name: str, entry: FileEntry, target: Store) -> str:
    try:
        with target.read(entry.key) as blocks:
            found = hash_of(blocks)
    except StoredFileMissing:
        return f"{name} files: {entry.key} is missing in the target."
    if entry.sha256:
        return "" if found == entry.sha256 else f"{name} files: {entry.key} differs."
    with source.read(name, entry.key) as blocks:
        return "" if found == hash_of(blocks) else f"{name} files: {entry.key} differs."


def hash_of(blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def gathered(entries: Iterator[FileEntry]) -> Iterator[tuple[FileEntry, ...]]:
    while some := tuple(islice(entries, GATHERED)):
        yield some


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
