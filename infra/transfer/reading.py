"""How is an archive read, and is it what was written?"""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from foundation.storage.blocks import Blocks
from infra.transfer import archive
from infra.transfer.errors import ArchiveDamaged, TransferError
from infra.transfer.sources import FileEntry
from infra.transfer.tables import DEPLOYABLES, Table, table_from

_ADVICE = "Take another copy of this backup, or an older one."


class ArchiveSource:
    """An archive as a source of rows and files. What is read is checked; ArchiveDamaged names the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _manifest(folder)
        self.id: str = self.manifest["id"]
        self.made_at: str = self.manifest["made_at"]

    def tables(self, deployable: str) -> tuple[Table, ...]:
        return tuple(table_from(entry["table"]) for entry in self._database(deployable)["tables"])

    def migrations(self, deployable: str) -> frozenset[str]:
        return frozenset(self._database(deployable)["migrations"])

    def rows(self, deployable: str, table: Table, *, skip: int = 0) -> Iterator[str]:
        path = archive.table_file(self.folder, deployable, table.name)
        with _opened(path) as stream:
            for batch in self._batches[deployable].get(table.name, []):
                if skip >= batch["rows"]:
                    skip -= batch["rows"]
                    stream.seek(batch["size_bytes"], os.SEEK_CUR)
                    continue
                packed = stream.read(batch["size_bytes"])
                if hashlib.sha256(packed).hexdigest() != batch["sha256"]:
                    raise _damaged(path)
                lines = zlib.decompress(packed, wbits=31).decode().split("\n")[:-1]
                yield from lines[skip:]
                skip = 0

    def last_key(self, deployable: str, table: Table) -> int:
        return int(self.entry(deployable, table.name)["last_key"])

    def entry(self, deployable: str, table: str) -> dict[str, Any]:
        """Return what the manifest says of a table."""
        entries = self._database(deployable)["tables"]
        return next(entry for entry in entries if entry["table"]["name"] == table)

    def files(self, store: str) -> Iterator[FileEntry]:
        path = self.folder / "files" / f"{store}.jsonl"
        _require(path, self.manifest["stores"][store]["index_sha256"])
        with _opened(path) as stream:
            for line in stream:
                yield FileEntry(**json.loads(line))

    def read(self, store: str, key: str) -> Blocks:
        return archive.store_in(self.folder, store).read(key)

    def beside(self, name: str) -> bytes | None:
        """Return a small file that came along, if it did."""
        if name not in self.manifest["extras"]:
            return None
        _require(self.folder / name, self.manifest["extras"][name])
        return (self.folder / name).read_bytes()

    def check(self, tell: Callable[[str], None]) -> None:
        """Read every byte; ArchiveDamaged names the first file that is not what was written."""
        keys: list[tuple[str, str]] = []
        for name in self.manifest["extras"]:
            self.beside(name)
        for deployable in DEPLOYABLES:
            for table in self.tables(deployable):
                self._check_table(deployable, table)
            tell(f"{deployable}: {len(self.tables(deployable))} tables are as they were written.")
        for store in archive.STORES:
            found = [(store, entry.key) for entry in self.files(store) if self._check_file(store, entry)]
            tell(f"{store} files: {len(found)} are as they were written.")
            keys += found
        self._check_nothing_else(archive.expected_files(self.manifest, keys))

    def _check_table(self, deployable: str, table: Table) -> None:
        entry, digest, rows = self.entry(deployable, table.name), hashlib.sha256(), 0
        for line in self.rows(deployable, table):
            digest.update(line.encode() + b"\n")
            rows += 1
        path = archive.table_file(self.folder, deployable, table.name)
        size = sum(batch["size_bytes"] for batch in self._batches[deployable].get(table.name, []))
        if (rows, digest.hexdigest(), path.stat().st_size) != (entry["rows"], entry["sha256"], size):
            raise _damaged(path)

    def _check_file(self, store: str, entry: FileEntry) -> bool:
        path = archive.store_in(self.folder, store).target(entry.key)
        _require(path, entry.sha256)
        return True

    def _check_nothing_else(self, expected: set[str]) -> None:
        found = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if not path.is_dir()}
        strange = sorted(path for path in found - expected if "/.tmp/" not in path)
        if strange:
            raise ArchiveDamaged(f"{self.folder / strange[0]} does not belong to this backup: remove it.")

    def _database(self, deployable: str) -> dict[str, Any]:
        found: dict[str, Any] = self.manifest["databases"][deployable]
        return found

    @cached_property
    def _batches(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Where each batch lies, by deployable and table, in order."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for deployable in DEPLOYABLES:
            path = self.folder / "databases" / deployable / "batches.jsonl"
            _require(path, self._database(deployable)["batches_sha256"])
            by_table: dict[str, list[dict[str, Any]]] = found.setdefault(deployable, {})
            for line in path.read_bytes().splitlines():
                batch = json.loads(line)
                by_table.setdefault(batch["table"], []).append(batch)
        return found


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / archive.MANIFEST
    if not path.exists():
        raise TransferError(f"{folder} is no backup: there is no {archive.MANIFEST} in it.")
    content, seal = path.read_bytes(), folder / archive.SEAL
    if not seal.exists() or seal.read_bytes() != archive.seal_of(content):
        raise _damaged(path)
    found: dict[str, Any] = json.loads(content)
    if found["form"] != archive.FORM:
        raise TransferError(f"{folder} was written by a later version: restore it with that version.")
    return found


def _require(path: Path, sha256: str) -> None:
    if not path.is_file() or archive.sha256_of(path) != sha256:
        raise _damaged(path)


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> ArchiveDamaged:
    return ArchiveDamaged(f"{path} is damaged or missing. {_ADVICE}")
