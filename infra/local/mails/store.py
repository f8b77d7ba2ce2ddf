"""Where do caught mails lie? In one SQLite file; a mail is on disk before the sender hears that it was accepted."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, sender TEXT NOT NULL,
  subject TEXT NOT NULL, source BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS recipient (
  message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, address TEXT NOT NULL, PRIMARY KEY (message, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipient_address ON recipient (address);
"""
MATCHING = """
FROM message WHERE (:to = '' OR id IN (SELECT message FROM recipient WHERE address = :to))
AND (:words = '' OR subject LIKE :pattern ESCAPE '!' OR EXISTS
  (SELECT 1 FROM recipient WHERE message = message.id AND address LIKE :pattern ESCAPE '!'))
"""


@dataclass(frozen=True)
class Envelope:
    """A mail as a list shows it."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Search:
    """``to`` is a whole address; ``words`` a part of the subject or of an address."""

    to: str = ""
    words: str = ""

    @property
    def values(self) -> dict[str, str]:
        escaped = self.words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        return {"to": self.to.lower(), "words": self.words, "pattern": f"%{escaped}%"}


class MailStore:
    """The caught mails, the newest first. Usable from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._turn = threading.Lock()
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA foreign_keys = ON", "PRAGMA cache_size = -1000"):
            self._connection.execute(statement)
        self._connection.executescript(TABLES)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add(self, *, sender: str, recipients: list[str], subject: str, source: bytes, at: datetime) -> int:
        """Keep one mail; it is on disk when this returns."""
        with self._transaction() as connection:
            row = (at.astimezone(UTC).isoformat(), sender, subject, source)
            cursor = connection.execute(
                "INSERT INTO message (received_at, sender, subject, source) VALUES (?, ?, ?, ?)", row
            )
            number = int(cursor.lastrowid or 0)
            addresses = [(number, address.lower()) for address in recipients]
            connection.executemany("INSERT OR IGNORE INTO recipient (message, address) VALUES (?, ?)", addresses)
        return number

    def _rows(self, query: str, values: dict[str, object]) -> list[tuple[object, ...]]:
        with self._turn:
            return self._connection.execute(query, values).fetchall()

    def count(self, search: Search) -> int:
        return int(str(self._rows(f"SELECT count(*) {MATCHING}", dict(search.values))[0][0]))

    def envelopes(self, search: Search, *, limit: int, before: int | None = None) -> list[Envelope]:
        """Return up to ``limit`` mails that match, the newest first, older than the mail ``before``."""
        query = f"SELECT id, received_at, sender, subject {MATCHING} AND id < :before ORDER BY id DESC LIMIT :limit"
        rows = self._rows(query, {**search.values, "before": before or 2**62, "limit": limit})
        return [self._envelope(row) for row in rows]

    def envelope(self, number: int) -> Envelope | None:
        rows = self._rows("SELECT id, received_at, sender, subject FROM message WHERE id = :id", {"id": number})
        return self._envelope(rows[0]) if rows else None

    def _envelope(self, row: tuple[object, ...]) -> Envelope:
        number = int(str(row[0]))
        addresses = self._rows("SELECT address FROM recipient WHERE message = :id", {"id": number})
        return Envelope(
            number=number,
            received_at=datetime.fromisoformat(str(row[1])),
            sender=str(row[2]),
            recipients=tuple(str(address) for (address,) in addresses),
            subject=str(row[3]),
        )

    def source(self, number: int) -> bytes | None:
        rows = self._rows("SELECT source FROM message WHERE id = :id", {"id": number})
        return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None

    def clear(self) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM message")
