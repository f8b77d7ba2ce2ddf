"""How is an archive written? A folder of compressed tables and plain files, under its name only once it is whole.

    manifest.json, manifest.sha256    what was taken, when, with which versions; and the hash of that
    databases/cms/batches.jsonl       where each batch of rows lies, with its hash; this file's hash is in the manifest
    databases/cms/TABLE.jsonl.gz      one gzip member per batch; zcat shows the whole table
    files/private.jsonl               key, size and hash of each file; this file's hash is in the manifest
    files/private/KEY                 the files as they are

The same for newsletter, transcoder and the public store. So each byte is covered by a hash that leads to the manifest.
"""

import errno
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from foundation.storage import StoredFileMissing, StoreFull
from foundation.storage.files import FileStore, sync_folder
from infra.transfer.errors import CannotWrite
from infra.transfer.sources import Source
from infra.transfer.tables import DEPLOYABLES, Table, batches

FORM = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
RECALLS, SECRETS = "recalls.jsonl", "secrets.json"
STORES = ("private", "public")
_LEVEL = 5
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
Line = dict[str, Any]


class Archive:
    """An archive that is being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Line = {"form": FORM, "databases": {}, "stores": {}, "extras": {}}

    def add_database(self, source: Source, deployable: str) -> int:
        """Write every table; return how many rows."""
        folder = self.folder / "databases" / deployable
        folder.mkdir(parents=True)
        with (folder / "batches.jsonl").open("xb") as index:
            tables = [self._add_table(source, deployable, table, index) for table in source.tables(deployable)]
        self.manifest["databases"][deployable] = {
            "migrations": sorted(source.migrations(deployable)),
            "batches_sha256": sha256_of(folder / "batches.jsonl"),
            "tables": tables,
        }
        return sum(int(table["rows"]) for table in tables)

    def _add_table(self, source: Source, deployable: str, table: Table, index: IO[bytes]) -> Line:
        rows, offset, digest = 0, 0, hashlib.sha256()
        with table_file(self.folder, deployable, table.name).open("xb") as stream:
            for batch in batches(source.rows(deployable, table)):
                text = "".join(f"{line}\n" for line in batch).encode()
                packed = gzip.compress(text, _LEVEL, mtime=0)
                stream.write(packed)
                digest.update(text)
                entry = {"table": table.name, "rows": len(batch), "offset": offset, "size_bytes": len(packed)}
                write_line(index, entry | {"sha256": hashlib.sha256(packed).hexdigest()})
                rows, offset = rows + len(batch), offset + len(packed)
            _sync(stream)
        return {
            "table": {**vars(table), "columns": [vars(column) for column in table.columns]},
            "rows": rows,
            "sha256": digest.hexdigest(),
            "last_key": source.last_key(deployable, table),
        }

    def add_files(self, source: Source, store: str) -> int:
        """Copy every file; return how many. One that is deleted before its turn is left out."""
        copies, count, size = store_in(self.folder, store), 0, 0
        index_path = self.folder / "files" / f"{store}.jsonl"
        index_path.parent.mkdir(exist_ok=True)
        with index_path.open("xb") as index:
            for found in source.files(store):
                try:
                    with source.read(store, found.key) as blocks:
                        sha256, size_bytes = copies.write(found.key, blocks)
                except StoredFileMissing:
                    continue
                write_line(index, {"key": found.key, "size_bytes": size_bytes, "sha256": sha256})
                count, size = count + 1, size + size_bytes
            _sync(index)
        self.manifest["stores"][store] = {"files": count, "size_bytes": size, "index_sha256": sha256_of(index_path)}
        return count

    def add_extra(self, name: str, content: bytes) -> None:
        """Add a small file for its owner only."""
        with os.fdopen(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            _sync(stream)
        self.manifest["extras"][name] = hashlib.sha256(content).hexdigest()

    def seal(self) -> None:
        """Write the manifest, and the hash that everything hangs on."""
        content = json.dumps(self.manifest, indent=1, sort_keys=True).encode() + b"\n"
        for name, data in ((MANIFEST, content), (SEAL, seal_of(content))):
            with (self.folder / name).open("xb") as stream:
                stream.write(data)
                _sync(stream)


@contextmanager
def new_archive(folder: Path) -> Iterator[Archive]:
    """Yield an archive that takes its name when the block ends well, and is gone when it doesn't; CannotWrite."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotWrite(f"{folder} exists already: choose a new name for each backup.")
    partial = folder.parent / f".{folder.name}.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)  # of a backup that was killed
        partial.mkdir(parents=True, mode=0o700)
        archive = Archive(partial)
        yield archive
        archive.seal()
        partial.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise CannotWrite("The disk is full: make room, or write the backup elsewhere. Nothing is left.") from error
        raise CannotWrite(f"{folder} can't be written ({error.strerror}).") from error
    except StoreFull as error:
        raise CannotWrite("The disk is full: make room, or write the backup elsewhere. Nothing is left.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def table_file(folder: Path, deployable: str, table: str) -> Path:
    return folder / "databases" / deployable / f"{table}.jsonl.gz"


def store_in(folder: Path, store: str) -> FileStore:
    """Return the files of an archive as a store."""
    if not settings.configured:  # a store asks for some of Django's defaults
        settings.configure(USE_TZ=True)
    where = folder / "files" / store
    return FileStore(location=str(where), file_permissions_mode=0o600, directory_permissions_mode=0o700)


def seal_of(manifest: bytes) -> bytes:
    """Return what ``sha256sum --check`` reads."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_line(stream: IO[bytes], entry: Line) -> None:
    stream.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def expected_files(manifest: Line, indexes: Iterable[tuple[str, str]]) -> set[str]:
    """Return every path an archive consists of; ``indexes`` are the (store, key) of its files."""
    found = {MANIFEST, SEAL, *manifest["extras"]}
    for deployable in DEPLOYABLES:
        tables = manifest["databases"][deployable]["tables"]
        found |= {f"databases/{deployable}/batches.jsonl"}
        found |= {f"databases/{deployable}/{entry['table']['name']}.jsonl.gz" for entry in tables}
    found |= {f"files/{store}.jsonl" for store in STORES}
    return found | {f"files/{store}/{key}" for store, key in indexes}


def _sync(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())
