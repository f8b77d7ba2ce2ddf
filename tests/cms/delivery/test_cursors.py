"""Does a cursor carry what it was made of, and nothing else?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.delivery.cursors import CursorUnreadable, decoded, encoded


@given(order=st.text(), values=st.lists(st.text(), max_size=3))
def test_what_was_encoded_is_decoded(order: str, values: list[str]) -> None:
    assert decoded(encoded(order, *values), order, len(values)) == values


@given(cursor=st.text())
def test_what_was_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        decoded(cursor, "-released_at", 2)


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(CursorUnreadable):
        decoded(encoded("title", "a", "b"), "-released_at", 2)
