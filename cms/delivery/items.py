"""How do stored bytes become lists, without being read and written again?"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cms.delivery.queries import Row


def json_bytes(value: Any) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def pinned_url(tool_id: UUID, locale: str, number: int) -> str:
    """Return where a release lies for good."""
    return f"/v1/tools/{tool_id}/releases/{locale}/{number}"


def item_of(row: Row, locales: Sequence[str], fields: Sequence[str]) -> bytes:
    """Return a list's item: the stored one, closed with what changes; or only ``fields`` of it."""
    added = {"available_locales": list(locales), "url": pinned_url(row.tool_id, row.locale, row.number)}
    if not fields:
        return row.listing[:-1] + b"," + json_bytes(added)[1:]
    item = json.loads(row.listing) | added
    return json_bytes({name: item[name] for name in fields})


def list_of(items: Sequence[bytes], next_url: str | None) -> bytes:
    """Return a page of a list."""
    return b'{"items":[' + b",".join(items) + b'],"next":' + json_bytes(next_url) + b"}"
