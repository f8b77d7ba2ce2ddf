"""How are rows read from and written to SQLite?"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from infra.transfer import values
from infra.transfer.databases import NOTES
from infra.transfer.errors import CannotWrite, DatabaseTrouble, Different, RowRefused
from infra.transfer.tables import Column, Table
from infra.transfer.values import Convert

WAIT_S = 20.0
_FULL = "database or disk is full"


class SqliteReader:
    """A read transaction holds the moment; whoever writes meanwhile is not disturbed (WAL)."""

    kind = "sqlite"

    def __init__(self, path: str) -> None:
        if not Path(path).exists():
            raise DatabaseTrouble(f"There is no database {path}: is this the right data folder?")
        self._connection = _opened(path, "?mode=ro")
        with _told(path):
            self._connection.execute("BEGIN")
            self._tables = _table_names(self._connection)  # the first read fixes the moment

    def migrations(self) -> frozenset[str]:
        if "django_migrations" not in self._tables:
            return frozenset()
        return frozenset(f"{app}.{name}" for app, name in self.query("SELECT app, name FROM django_migrations"))

    def rows(self, table: Table, *, skip: int = 0) -> Iterator[str]:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        wanted = values.conversions(table.columns, _from_sqlite)
        statement = f'SELECT {names} FROM "{table.name}" ORDER BY "{table.key}" LIMIT -1 OFFSET {skip}'  # noqa: S608
        with _told(table.name), closing(self._connection.execute(statement)) as found:
            for row in found:
                yield values.encode_row(values.convert(list(row), wanted, table))

    def last_key(self, table: Table) -> int:
        if not table.is_counted:
            return 0
        found = self.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
        return int(str(found[0][0])) if found else 0

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        return self._connection.execute(sql, tuple(values)).fetchall()

    def close(self) -> None:
        self._connection.close()


class SqliteWriter:
    """Foreign keys are not looked at before the end."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection = _opened(path, "?mode=rw")
        with _told(path):
            self._connection.execute("PRAGMA foreign_keys=OFF")
            self._connection.execute("PRAGMA journal_mode=WAL")

    def tables(self) -> frozenset[str]:
        return _table_names(self._connection)

    def has_rows(self, table: str) -> bool:
        return bool(self._connection.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0])  # noqa: S608

    def notes(self, kind: str) -> dict[str, str]:
        if NOTES not in self.tables():
            return {}
        return dict(self._connection.execute(f"SELECT name, value FROM {NOTES} WHERE kind = ?", (kind,)))  # noqa: S608

    def note(self, kind: str, name: str, value: str) -> None:
        self._connection.execute(f"INSERT OR REPLACE INTO {NOTES} VALUES (?, ?, ?)", (kind, name, value))  # noqa: S608

    def begin(self, transfer: str, emptied: Sequence[str]) -> None:
        with self._transaction():
            self._connection.execute(
                f"CREATE TABLE {NOTES} (kind text, name text, value text NOT NULL, PRIMARY KEY (kind, name))"
            )
            for name in emptied:
                self._connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
            self.note("transfer", "id", transfer)

    def insert(self, table: Table, lines: Sequence[str], *, rows_then: int) -> None:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        wanted = values.conversions(table.columns, _for_sqlite)
        rows = (values.convert(values.decode_row(line), wanted, table) for line in lines)
        with self._transaction():
            try:
                self._connection.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # noqa: S608
            except sqlite3.IntegrityError as error:
                raise RowRefused(f"{table.name} can't be filled: {error}.") from error
            self.note("rows", table.name, str(rows_then))

    def complete(self, tables: Sequence[tuple[Table, int]]) -> None:
        broken = self._connection.execute("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            named = ", ".join(f"{table} (row {row}) to {parent}" for table, row, parent, _ in broken)
            raise Different(f"References lead nowhere: {named}. The source has the same fault.")
        with self._transaction():
            for table, last_key in tables:
                self._count_from(table, last_key)
            self._connection.execute("ANALYZE")

    def forget(self) -> None:
        with self._transaction():
            self._connection.execute(f"DROP TABLE IF EXISTS {NOTES}")

    def close(self) -> None:
        self._connection.close()

    def _count_from(self, table: Table, last_key: int) -> None:
        changed = self._connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last_key, table.name)
        )
        if not changed.rowcount and last_key:
            self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last_key))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _from_sqlite(column: Column) -> Convert | None:
    if column.kind == "decimal":
        return values.decimal_from(column.places)
    by_kind: dict[str, Convert] = {
        "boolean": values.truth_from_sqlite,
        "bytes": values.text_of_bytes,
        "date": values.text_only,
        "datetime": values.moment_from_sqlite,
        "float": values.number_from,
        "integer": int,
        "json": values.canonical_json,
        "text": values.text_only,
        "uuid": values.uuid_from_sqlite,
    }
    return by_kind[column.kind]


def _for_sqlite(column: Column) -> Convert | None:
    return {
        "bytes": values.bytes_from,
        "datetime": values.moment_for_sqlite,
        "uuid": values.uuid_for_sqlite,
    }.get(column.kind)


def _opened(path: str, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"file:{quote(path)}{mode}", uri=True, timeout=WAIT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise DatabaseTrouble(f"The database {path} can't be opened: {error}.") from error


def _table_names(connection: sqlite3.Connection) -> frozenset[str]:
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Say what SQLite says, and about what."""
    try:
        yield
    except sqlite3.Error as error:
        if _FULL in str(error):
            raise CannotWrite("The disk is full: make room, then run this again.") from error
        raise DatabaseTrouble(f"The database can't do this ({where}): {error}.") from error
