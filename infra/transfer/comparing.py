"""Is a target what its source is? Row by row and byte by byte."""

from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest

from infra.transfer.databases import Reader, reading
from infra.transfer.errors import Different
from infra.transfer.files import differing_files
from infra.transfer.installation import Installation
from infra.transfer.sources import Source
from infra.transfer.tables import DEPLOYABLES, Table
from infra.transfer.targets import Tell
from infra.transfer.values import decode_row

SHOWN = 20


def verify(source: Source, installation: Installation, tell: Tell) -> None:
    """Read everything back and compare it with the source; Different names the first things that are not the same."""
    found: list[str] = []
    for deployable in DEPLOYABLES:
        with closing(reading(installation.databases[deployable])) as database:
            found += differing_tables(source, deployable, database)
    if not found:
        tell("All rows are the same.")
    wrong_files = list(differing_files(source, installation))
    if not wrong_files:
        tell("All files are the same, byte by byte.")
    if found or wrong_files:
        listed = "\n".join(f"  {sentence}" for sentence in (found + wrong_files)[:SHOWN])
        raise Different(f"{len(found) + len(wrong_files)} things are not as they were:\n{listed}")


def differing_tables(source: Source, deployable: str, database: Reader) -> Iterator[str]:
    """Yield a sentence for each table with a difference, about the first row that differs."""
    for table in source.tables(deployable):
        pairs = zip_longest(source.rows(deployable, table), database.rows(table))
        first = next(((ours, theirs) for ours, theirs in pairs if ours != theirs), None)
        if first:
            yield f"{deployable}: {table.name} {_described(table, *first)}"
        elif table.is_counted and database.last_key(table) < source.last_key(deployable, table):
            yield f"{deployable}: {table.name} would give out keys again."


def _described(table: Table, ours: str | None, theirs: str | None) -> str:
    if theirs is None or ours is None:
        line, where = (ours, "source") if theirs is None else (theirs, "target")
        return f"has a row that is only in the {where}: {table.key} {decode_row(str(line))[table.key_index]}."
    left, right = decode_row(ours), decode_row(theirs)
    if left[table.key_index] != right[table.key_index]:
        return f"has other rows from {table.key} {min(left[table.key_index], right[table.key_index])} on."
    names = [column.name for column, mine, other in zip(table.columns, left, right, strict=True) if mine != other]
    return f"differs in {table.key} {left[table.key_index]}: {', '.join(names)}."
