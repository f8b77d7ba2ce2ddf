"""What must a database be able to do for a transfer, and which one does a URL name?"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from infra.transfer.errors import DatabaseTrouble
from infra.transfer.tables import Table

NOTES = "make_it_safe_transfer"
"""The table in which a target remembers how far it is; it is gone when the transfer has ended."""


class Reader(Protocol):
    """One database, seen as it was at one moment, whatever happens to it meanwhile."""

    kind: str

    def migrations(self) -> frozenset[str]:
        """Return ``app.name`` of every migration it has had; empty where there are no tables."""
        ...

    def rows(self, table: Table, *, skip: int = 0) -> Iterator[str]:
        """Yield the rows in the order of their keys, without the first ``skip``."""
        ...

    def last_key(self, table: Table) -> int:
        """Return the last key the database has made, also if its row is gone; 0 for none."""
        ...

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Read a little."""
        ...

    def close(self) -> None: ...


class Writer(Protocol):
    """A target. Whatever it does is done whole and remembered, or not at all."""

    def tables(self) -> frozenset[str]: ...

    def has_rows(self, table: str) -> bool: ...

    def notes(self, kind: str) -> dict[str, str]:
        """Return what is remembered, by name."""
        ...

    def note(self, kind: str, name: str, value: str) -> None: ...

    def begin(self, transfer: str, emptied: Sequence[str]) -> None:
        """Remember which transfer this is, lay foreign keys aside and remove what the migrations put there."""
        ...

    def insert(self, table: Table, lines: Sequence[str], *, rows_then: int) -> None:
        """Add rows, and remember how many the table has then; RowRefused."""
        ...

    def complete(self, tables: Sequence[tuple[Table, int]]) -> None:
        """Make the foreign keys hold again, and set the counters of keys to at least what is given."""
        ...

    def forget(self) -> None:
        """Remove the notes: the transfer has ended."""
        ...

    def close(self) -> None: ...


def reading(url: str) -> Reader:
    """Open a database for reading, as it is now; DatabaseTrouble."""
    if is_sqlite(url):
        from infra.transfer.sqlite import SqliteReader

        return SqliteReader(path_of(url))
    from infra.transfer.postgres import PostgresReader

    return PostgresReader(url)


def writing(url: str) -> Writer:
    """Open a database for writing; DatabaseTrouble."""
    if is_sqlite(url):
        from infra.transfer.sqlite import SqliteWriter

        return SqliteWriter(path_of(url))
    from infra.transfer.postgres import PostgresWriter

    return PostgresWriter(url)


def is_there(url: str) -> bool:
    """Say whether the database exists; DatabaseTrouble when its server can't be asked."""
    if is_sqlite(url):
        return Path(path_of(url)).exists()
    from infra.transfer.postgres import is_there

    return is_there(url)


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def path_of(url: str) -> str:
    return unquote(urlsplit(url).path[1:])  # sqlite:////absolute/path


def without_password(url: str) -> str:
    """Return a URL that may be shown: its user without the password, and without the keys of a store."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    user = parts.username or ""
    return parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}").geturl()


def require_known(url: str) -> str:
    """Return ``url``; DatabaseTrouble for anything but SQLite and PostgreSQL."""
    if urlsplit(url).scheme not in {"sqlite", "postgresql", "postgres"}:
        raise DatabaseTrouble(
            f"{url.split(':')[0]}: is no database we know; write postgresql://user:password@host/name."
        )
    return url
