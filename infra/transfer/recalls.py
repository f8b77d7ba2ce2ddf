"""What was told to partners, in a small file that outlives the installation? So that nothing recalled comes back.

A backup can't know what is recalled after it. The log can: it only grows, is a few bytes per release and recall, holds
no personal data, and is written in a second, so it can be brought to another machine every few minutes. Each line
carries a hash over itself and the line before.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from infra.transfer.errors import CannotWrite, TransferError
from infra.transfer.sources import Source
from infra.transfer.tables import Table
from infra.transfer.values import decode_row

Entry = dict[str, Any]
_START = "0" * 64
_RELEASED = ("tool_id", "kind", "locale", "number")
_RECALLED = ("id", "tool_id", "scope", "locale", "number", "reason", "recalled_at")


class LogDamaged(TransferError):
    """A line of the log is not what was written."""


class LogAhead(TransferError):
    """The log knows of more than the installation: it is that of another one, or of this one before a restore."""


@dataclass(frozen=True)
class Log:
    """``cursor`` is the last change of the feed it knows of; ``whole_bytes`` end before a line that was cut off."""

    entries: tuple[Entry, ...]
    seal: str
    whole_bytes: int

    @property
    def cursor(self) -> int:
        return int(self.entries[-1]["cursor"]) if self.entries else 0


def entries_of(source: Source, *, after: int = 0) -> list[Entry]:
    """Return releases and recalls with a cursor above ``after``, in the order in which partners hear of them."""
    tables = {table.name: table for table in source.tables("cms")}
    found: list[Entry] = []
    for row in _rows(source, tables["releases_change"]):
        if row["cursor"] > after and row["type"] == "released":
            found.append({"cursor": row["cursor"], "released": {name: row[name] for name in _RELEASED}})
    for row in _rows(source, tables["releases_recall"]):
        if row["position"] > after:
            found.append({"cursor": row["position"], "recalled": {name: row[name] for name in _RECALLED}})
    return sorted(found, key=lambda entry: int(entry["cursor"]))


def position_of(source: Source) -> int:
    """Return the cursor of the last change of the feed."""
    table = next(table for table in source.tables("cms") if table.name == "releases_feedposition")
    return max((int(row["value"]) for row in _rows(source, table)), default=0)


def append(path: Path, source: Source) -> int:
    """Bring the log up to date; return how many lines were added. Raises LogDamaged, LogAhead and CannotWrite."""
    log = read(path) if path.exists() else Log((), _START, 0)
    position = position_of(source)
    if log.cursor > position:
        raise LogAhead(
            f"{path} knows of changes up to {log.cursor}, this installation only up to {position}: it was restored "
            "without this log, or is another one. Restore with --recalls, or begin a new file."
        )
    new = list(sealed(entries_of(source, after=log.cursor), log.seal))
    try:
        _append(path, log.whole_bytes, "".join(new).encode())
    except OSError as error:
        raise CannotWrite(f"{path} can't be written ({error.strerror}).") from error
    return len(new)


def read(path: Path) -> Log:
    """Return what the log says; a last line that a power cut tore is not there. LogDamaged names the line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TransferError(f"{path} can't be read ({error.strerror}).") from error
    return parsed(content, str(path))


def parsed(content: bytes, name: str) -> Log:
    whole = content[: content.rfind(b"\n") + 1]
    entries: list[Entry] = []
    seal = _START
    for number, line in enumerate(whole.splitlines(), 1):
        text, _, written = line.rpartition(b"\t")
        seal = _seal(seal, text)
        if written.decode("ascii", "replace") != seal:
            raise LogDamaged(f"{name} is damaged in line {number}: take another copy of it.")
        entries.append(json.loads(text))
    return Log(tuple(entries), seal, len(whole))


def sealed(entries: Iterable[Entry], seal: str = _START) -> Iterator[str]:
    """Yield the lines of ``entries``, the first one following a line with ``seal``."""
    for entry in entries:
        text = json.dumps(entry, separators=(",", ":"))
        seal = _seal(seal, text.encode())
        yield f"{text}\t{seal}\n"


def require_same_feed(log: Log, source: Source) -> None:
    """Raise TransferError for the log of another installation: what both know must be the same."""
    position = position_of(source)
    shared = list(takewhile(lambda entry: entry["cursor"] <= position, log.entries))
    known = {json.dumps(entry, sort_keys=True) for entry in entries_of(source)}
    if any(json.dumps(entry, sort_keys=True) not in known for entry in shared):
        raise TransferError("This log of recalls is that of another installation.")


def _seal(before: str, text: bytes) -> str:
    return hashlib.sha256(before.encode() + text).hexdigest()


def _rows(source: Source, table: Table) -> Iterator[Entry]:
    names = [column.name for column in table.columns]
    return (dict(zip(names, decode_row(line), strict=True)) for line in source.rows("cms", table))


def _append(path: Path, at: int, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
        stream.truncate(at)
        stream.seek(at)
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
