"""Where can rows and files be taken from? A living installation, or (infra.transfer.reading) an archive."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from typing import Protocol

from foundation.storage.blocks import Blocks
from infra.transfer.databases import Reader, reading
from infra.transfer.errors import OtherVersion
from infra.transfer.installation import Installation
from infra.transfer.tables import Catalogue, Table


@dataclass(frozen=True)
class FileEntry:
    """A file of a store; ``sha256`` where it is known without reading the file."""

    key: str
    size_bytes: int
    sha256: str = ""


class Source(Protocol):
    """What can be backed up, restored or moved; the same at every look."""

    id: str
    made_at: str

    def tables(self, deployable: str) -> tuple[Table, ...]: ...

    def migrations(self, deployable: str) -> frozenset[str]: ...

    def rows(self, deployable: str, table: Table, *, skip: int = 0) -> Iterator[str]:
        """Yield rows (see infra.transfer.values) in the order of their keys, without the first ``skip``."""
        ...

    def last_key(self, deployable: str, table: Table) -> int: ...

    def files(self, store: str) -> Iterator[FileEntry]:
        """Yield the files of a store, sorted by key."""
        ...

    def read(self, store: str, key: str) -> AbstractContextManager[Iterator[bytes]]:
        """Open a file; StoredFileMissing."""
        ...


class LiveSource:
    """An installation, its databases as they were when this was opened. All three are opened within milliseconds."""

    def __init__(self, installation: Installation, known: dict[str, Catalogue], *, id: str, made_at: str) -> None:
        self.id, self.made_at = id, made_at
        self.installation = installation
        self.known = known
        self._stores = installation.stores()
        with ExitStack() as opened:
            self.databases: dict[str, Reader] = {
                name: opened.enter_context(closing(reading(url))) for name, url in installation.databases.items()
            }
            self._open = opened.pop_all()

    def __enter__(self) -> "LiveSource":
        for deployable, database in self.databases.items():
            missing = sorted(set(self.known[deployable].newest) - database.migrations())
            if missing:
                self._open.close()
                raise OtherVersion(
                    f"The database of {deployable} lacks the migration {missing[0]} of this version: start the "
                    "installation once with this version, or use the version it runs on."
                )
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def tables(self, deployable: str) -> tuple[Table, ...]:
        return self.known[deployable].tables

    def migrations(self, deployable: str) -> frozenset[str]:
        return self.databases[deployable].migrations()

    def rows(self, deployable: str, table: Table, *, skip: int = 0) -> Iterator[str]:
        return self.databases[deployable].rows(table, skip=skip)

    def last_key(self, deployable: str, table: Table) -> int:
        return self.databases[deployable].last_key(table)

    def files(self, store: str) -> Iterator[FileEntry]:
        return (FileEntry(found.key, found.size_bytes) for found in self._stores[store].keys(""))

    def read(self, store: str, key: str) -> Blocks:
        return self._stores[store].read(key)
