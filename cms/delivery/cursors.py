"""How does a list go on where the last page ended? By the values of its last row, in an opaque word."""

import base64
import binascii
import json


class CursorUnreadable(ValueError):
    """A cursor was made up, cut, or belongs to another order."""


def encoded(order: str, *values: str) -> str:
    """Return the cursor after the row with ``values`` in ``order``."""
    data = json.dumps([order, *values], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(cursor: str, order: str, count: int) -> list[str]:
    """Return the ``count`` values a cursor was made of; raises CursorUnreadable."""
    try:
        data = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise CursorUnreadable from error
    if not isinstance(data, list) or not all(isinstance(value, str) for value in data):
        raise CursorUnreadable
    if data[:1] != [order] or len(data) != count + 1:
        raise CursorUnreadable
    return data[1:]
