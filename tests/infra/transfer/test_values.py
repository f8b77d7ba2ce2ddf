"""Is a value the same after it was written down, whichever database it came from and goes to?"""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.transfer import values
from infra.transfer.errors import RowRefused
from infra.transfer.tables import Column, Table


@pytest.mark.parametrize(
    ("written", "portable"),
    [
        ("2026-11-21 22:45:11", "2026-11-21T22:45:11.000000Z"),
        ("2026-11-21 22:45:11.123", "2026-11-21T22:45:11.123000Z"),
        ("2026-11-21 22:45:11.123456", "2026-11-21T22:45:11.123456Z"),
    ],
)
def test_every_way_in_which_sqlite_keeps_a_moment_is_read(written: str, portable: str) -> None:
    assert values.moment_from_sqlite(written) == portable


@given(st.datetimes())
def test_a_moment_comes_back_as_django_writes_it(moment: object) -> None:
    assert values.moment_for_sqlite(values.moment_from_sqlite(str(moment).zfill(19))) == str(moment)


@given(st.binary())
def test_bytes_come_back(content: bytes) -> None:
    assert values.bytes_from(values.text_of_bytes(content)) == content


@given(st.uuids())
def test_an_uuid_comes_back(uuid: object) -> None:
    assert values.uuid_for_sqlite(values.uuid_from_sqlite(str(uuid).replace("-", ""))) == str(uuid).replace("-", "")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_decimal_keeps_its_places(number: Decimal) -> None:
    assert Decimal(values.decimal_from(3)(number)) == number


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def as_decimals(document: str) -> object:
    """Read a document so that 1e+16 and 10000000000000000 are the same number, to the last digit."""
    return json.loads(document, parse_float=Decimal, parse_int=Decimal)


@given(DOCUMENTS)
def test_a_document_means_the_same_and_has_one_form(document: object) -> None:
    once = values.canonical_json(json.dumps(document))

    assert as_decimals(once) == as_decimals(json.dumps(document))
    assert values.canonical_json(once) == once


def test_a_number_has_the_form_in_which_postgresql_prints_it() -> None:
    printed_by_postgresql = '{"a": 10000000000000000000000, "b": 0.0000001, "c": 1.0, "d": 0.0}'

    assert values.canonical_json('{"d": -0.0, "c": 1.0, "b": 1e-07, "a": 1e+22}') == values.canonical_json(
        printed_by_postgresql
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_to_the_last_bit(number: float) -> None:
    (found,) = values.decode_row(values.encode_row([number]))

    assert math.copysign(1, found) == math.copysign(1, number)
    assert found == number


def test_what_a_column_can_not_mean_is_named_by_table_key_and_column() -> None:
    table = Table("films_film", "films.Film", "id", False, (Column("id", "integer"), Column("seen_at", "datetime")))
    wanted = values.conversions(table.columns, lambda _column: values.moment_from_sqlite)[1:]

    with pytest.raises(RowRefused, match=r"films_film.seen_at, id 5: 'yesterday' is no moment."):
        values.convert([5, "yesterday"], wanted, table)
