"""What does a transfer know of a deployable's database? Its tables, their columns, its migrations."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["integer", "boolean", "float", "decimal", "text", "bytes", "json", "uuid", "datetime", "date"]
DEPLOYABLES = ("cms", "newsletter", "transcoder")
BATCH_ROWS = 1000
BATCH_CHARACTERS = 4 << 20


@dataclass(frozen=True)
class Column:
    """``places`` of a decimal are those behind its point."""

    name: str
    kind: Kind
    places: int = 0


@dataclass(frozen=True)
class Table:
    """``is_counted``: the database makes the keys, one after the other."""

    name: str
    label: str
    key: str
    is_counted: bool
    columns: tuple[Column, ...]

    @property
    def key_kind(self) -> Kind:
        return next(column.kind for column in self.columns if column.name == self.key)

    @property
    def key_index(self) -> int:
        return next(number for number, column in enumerate(self.columns) if column.name == self.key)


@dataclass(frozen=True)
class Catalogue:
    """The carried tables of one deployable, its ``migrations`` as ``app.name``, and the ``newest`` of each app."""

    tables: tuple[Table, ...]
    migrations: tuple[str, ...]
    newest: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Catalogue":
        tables = tuple(table_from(table) for table in data["tables"])
        return cls(tables, tuple(data["migrations"]), tuple(data["newest"]))


def table_from(data: dict[str, Any]) -> Table:
    return Table(**{**data, "columns": tuple(Column(**column) for column in data["columns"])})


def batches(lines: Iterator[str]) -> Iterator[list[str]]:
    """Gather rows, as many as fit into memory easily: the same rows always make the same batches."""
    batch: list[str] = []
    characters = 0
    for line in lines:
        batch.append(line)
        characters += len(line)
        if len(batch) == BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
