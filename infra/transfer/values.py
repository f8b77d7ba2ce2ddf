"""How is a value written so that no database's way of keeping it shows?

A row is a JSON array on one line, its values in the order of the columns. NULL is null; numbers, truth and text are
themselves; a moment is ``2026-11-21T22:45:11.123456Z``, bytes are base64, a decimal is text with all its places, an
UUID has its dashes, and JSON is text in a canonical form: sorted keys, no spaces, ASCII.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from infra.transfer.errors import RowRefused
from infra.transfer.tables import Column, Table

Convert = Callable[[Any], Any]
encode_row = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_json = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?")


def decode_row(line: str) -> list[Any]:
    values: list[Any] = json.loads(line)
    return values


def canonical_json(text: str) -> str:
    """Return the one way to write this document: PostgreSQL forgets the order of keys and how a number was written."""
    return _encode_json(json.loads(text, parse_float=_number))


def _number(text: str) -> float | int:
    """Read a number with a point or exponent as PostgreSQL would print it: 1e+16 is 10000000000000000, 1.0 stays."""
    if "e" in text or "E" in text:
        exact = Decimal(text)
        if exact == exact.to_integral_value():
            return int(exact)
    return float(text) or 0.0  # there is no minus zero


def bytes_from(text: str) -> bytes:
    return b64decode(text, validate=True)


def text_of_bytes(value: bytes | memoryview) -> str:
    return b64encode(value).decode("ascii")


def moment_from_sqlite(text: str) -> str:
    """Read what Django and SQLite's own clock write: with six, three or no digits of a second, in UTC."""
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no moment")
    day, time, fraction = found.groups()
    return f"{day}T{time}.{(fraction or '').ljust(6, '0')}Z"


def moment_for_sqlite(text: str) -> str:
    """Write it as Django does: microseconds only where there are any."""
    return f"{text[:10]} {text[11:-1].removesuffix('.000000')}"


def uuid_from_sqlite(text: str) -> str:
    if len(text) != 32:
        raise ValueError(f"{text!r} is no UUID")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid_for_sqlite(text: str) -> str:
    return text.replace("-", "")


def decimal_from(places: int) -> Convert:
    step = Decimal(1).scaleb(-places)
    return lambda value: str(Decimal(str(value)).quantize(step))


def truth_from_sqlite(value: int) -> bool:
    if value not in (0, 1):
        raise ValueError(f"{value!r} is neither true nor false")
    return bool(value)


def number_from(value: float) -> float:
    """SQLite forgets the sign of nothing, so nobody has one."""
    return float(value) or 0.0


def text_only(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


Conversion = tuple[int, Convert]


def conversions(columns: Sequence[Column], by_kind: Callable[[Column], Convert | None]) -> list[Conversion]:
    """Return what is to be done at which place of a row; places that need nothing are left out."""
    found = [(number, by_kind(column)) for number, column in enumerate(columns)]
    return [(number, convert) for number, convert in found if convert is not None]


def convert(row: list[Any], wanted: Sequence[Conversion], table: Table) -> list[Any]:
    """Convert in place what is not NULL; RowRefused names table, key and column."""
    for number, change in wanted:
        if row[number] is not None:
            try:
                row[number] = change(row[number])
            except (ValueError, TypeError, ArithmeticError) as error:
                where = f"{table.name}.{table.columns[number].name}, {table.key} {row[table.key_index]}"
                raise RowRefused(f"{where}: {error}.") from error
    return row
