"""How are rows read from and written to PostgreSQL?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from infra.transfer import values
from infra.transfer.databases import NOTES, without_password
from infra.transfer.errors import CannotWrite, DatabaseTrouble, Different, RowRefused
from infra.transfer.tables import Column, Table
from infra.transfer.values import Convert

FETCHED = 200
CONNECT_S = 10
_NOTES = sql.Identifier(NOTES)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_FOREIGN_KEYS = (
    "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)


class PostgresReader:
    """A transaction of its own holds the moment: REPEATABLE READ, read only."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        self._connection = connected(url)
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        with told("snapshot"):
            self._tables = _table_names(self._connection)  # the first read fixes the moment

    def migrations(self) -> frozenset[str]:
        if "django_migrations" not in self._tables:
            return frozenset()
        return frozenset(f"{app}.{name}" for app, name in self.query("SELECT app, name FROM django_migrations"))

    def rows(self, table: Table, *, skip: int = 0) -> Iterator[str]:
        order = sql.Identifier(table.key) + sql.SQL(' COLLATE "C"' if table.key_kind == "text" else "")
        statement = sql.SQL("SELECT {} FROM {} ORDER BY {} OFFSET {}").format(
            sql.SQL(", ").join(_selected(column) for column in table.columns),
            sql.Identifier(table.name),
            order,
            sql.Literal(skip),
        )
        wanted = values.conversions(table.columns, _from_postgres)
        with told(table.name), self._connection.cursor(name="rows") as found:
            found.itersize = FETCHED
            for row in found.execute(statement):
                yield values.encode_row(values.convert(list(row), wanted, table))

    def last_key(self, table: Table) -> int:
        if not table.is_counted:
            return 0
        name = self.query("SELECT pg_get_serial_sequence(%s, %s)", (f'"{table.name}"', table.key))[0][0]
        if name is None:
            return 0
        last, is_called = self._connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.SQL(str(name)))
        ).fetchall()[0]
        return int(last) if is_called else int(last) - 1

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        return self._connection.execute(sql.replace("?", "%s").encode(), values or None).fetchall()

    def close(self) -> None:
        self._connection.close()


class PostgresWriter:
    """Foreign keys are laid aside while rows come in and put back at the end, as pg_restore does."""

    def __init__(self, url: str) -> None:
        self._connection = connected(url, autocommit=True)

    def tables(self) -> frozenset[str]:
        return _table_names(self._connection)

    def has_rows(self, table: str) -> bool:
        asked = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
        return bool(self._connection.execute(asked).fetchall()[0][0])

    def notes(self, kind: str) -> dict[str, str]:
        if NOTES not in self.tables():
            return {}
        asked = sql.SQL("SELECT name, value FROM {} WHERE kind = %s").format(_NOTES)
        return dict(self._connection.execute(asked, (kind,)).fetchall())

    def note(self, kind: str, name: str, value: str) -> None:
        kept = "INSERT INTO {} VALUES (%s, %s, %s) ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value"
        self._connection.execute(sql.SQL(kept).format(_NOTES), (kind, name, value))

    def begin(self, transfer: str, emptied: Sequence[str]) -> None:
        with self._transaction("begin"):
            made = "CREATE TABLE {} (kind text, name text, value text NOT NULL, PRIMARY KEY (kind, name))"
            self._connection.execute(sql.SQL(made).format(_NOTES))
            for name, table, definition in self._connection.execute(_FOREIGN_KEYS).fetchall():
                self.note("foreign key", name, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
                self._connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for name in emptied:
                self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            self.note("transfer", "id", transfer)

    def insert(self, table: Table, lines: Sequence[str], *, rows_then: int) -> None:
        names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
        wanted = values.conversions(table.columns, _for_postgres)
        with self._transaction(table.name):
            with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
                for line in lines:
                    copy.write_row(values.convert(values.decode_row(line), wanted, table))
            self.note("rows", table.name, str(rows_then))

    def complete(self, tables: Sequence[tuple[Table, int]]) -> None:
        for name, statement in self.notes("foreign key").items():
            try:
                with self._connection.transaction():
                    self._connection.execute(statement.encode())
                    self._connection.execute(
                        sql.SQL("DELETE FROM {} WHERE kind = 'foreign key' AND name = %s").format(_NOTES), (name,)
                    )
            except psycopg.errors.ForeignKeyViolation as error:
                raise Different(f"A reference leads nowhere, in the source too: {error.diag.message_detail}") from error
        with self._transaction("counters"):
            for table, last_key in tables:
                self._count_from(table, last_key)
        self._connection.execute("ANALYZE")

    def forget(self) -> None:
        self._connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_NOTES))

    def close(self) -> None:
        self._connection.close()

    def _count_from(self, table: Table, last_key: int) -> None:
        largest = sql.SQL("(SELECT coalesce(max({}), 0) FROM {})").format(
            sql.Identifier(table.key), sql.Identifier(table.name)
        )
        statement = sql.SQL("SELECT setval(pg_get_serial_sequence(%s, %s), greatest(%s, {}, 1), greatest(%s, {}) > 0)")
        given = (f'"{table.name}"', table.key, last_key, last_key)
        self._connection.execute(statement.format(largest, largest), given)

    @contextmanager
    def _transaction(self, where: str) -> Iterator[None]:
        with told(where), self._connection.transaction():
            yield


def connected(url: str, *, autocommit: bool = False) -> "psycopg.Connection[Any]":
    """Connect, in UTC; DatabaseTrouble says what is wrong with the address."""
    settings = "-c timezone=UTC -c datestyle=ISO -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    try:
        return psycopg.connect(url, autocommit=autocommit, connect_timeout=CONNECT_S, options=settings)
    except psycopg.Error as error:
        where = without_password(url)
        raise DatabaseTrouble(f"{where} can't be reached: {str(error).strip().splitlines()[-1]}") from error


def is_there(url: str) -> bool:
    """Say whether the server has the database of ``url``; DatabaseTrouble when it can't be asked."""
    try:
        connected(url).close()
    except DatabaseTrouble as error:
        if f'database "{_name_of(url)}" does not exist' in str(error):
            return False
        raise
    return True


def require_database(url: str) -> None:
    """Create the database of ``url`` if the server hasn't got it; DatabaseTrouble, also when we may not."""
    if is_there(url):
        return
    name = _name_of(url)
    make = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
    connection = connected(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True)
    try:
        connection.execute(make)
    except psycopg.errors.DuplicateDatabase:
        pass
    except psycopg.Error as error:
        sentence = f"The database {name} doesn't exist and can't be created ({error.diag.message_primary})."
        raise DatabaseTrouble(f"{sentence} Create it, owned by this user, then run this again.") from error
    finally:
        connection.close()


def _name_of(url: str) -> str:
    return unquote(urlsplit(url).path.lstrip("/"))


def _selected(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    match column.kind:
        case "datetime":
            return sql.SQL('to_char({}, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')').format(name)
        case "json" | "uuid" | "date" | "decimal":
            return sql.SQL("{}::text").format(name)
    return name


def _from_postgres(column: Column) -> Convert | None:
    if column.kind == "decimal":
        return values.decimal_from(column.places)
    by_kind: dict[str, Convert] = {
        "bytes": values.text_of_bytes,
        "float": values.number_from,
        "json": values.canonical_json,
    }
    return by_kind.get(column.kind)


def _for_postgres(column: Column) -> Convert | None:
    return values.bytes_from if column.kind == "bytes" else None


def _table_names(connection: "psycopg.Connection[Any]") -> frozenset[str]:
    found = connection.execute(_TABLES).fetchall()
    return frozenset(name for (name,) in found)


@contextmanager
def told(where: str) -> Iterator[None]:
    """Say what PostgreSQL says, and about what."""
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise CannotWrite("The disk of the database is full: make room, then run this again.") from error
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        context = " ".join((error.diag.context or "").split())[:300]
        raise RowRefused(f"{where} can't be filled: {str(error).splitlines()[0]}. {context}".strip()) from error
    except psycopg.Error as error:
        raise DatabaseTrouble(f"The database can't do this ({where}): {str(error).strip().splitlines()[0]}") from error
