"""What has changed between two releases, in words a person reads?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.admin.compare import diff_text

CIRCUMSTANCES = frozenset({"json_ld", "number", "released_at", "schema_version", "tool_id", "url", "size_bytes"})
"""What differs between any two releases, or only repeats what is shown."""
SHORT_HASH = 12


@dataclass(frozen=True)
class Difference:
    """One value that isn't the same: ``place`` says where, ``marked`` is HTML with what went and what came."""

    place: str
    before: str
    after: str

    @property
    def marked(self) -> str:
        return str(diff_text(self.before, self.after).to_html())


def differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """Return what differs between two payloads, in the order of the newer one; what vanished comes last."""
    old, new = dict(_flat(json.loads(before))), dict(_flat(json.loads(after)))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    )


def _flat(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield every value with its place, such as ``comic › pages 1 › panels 2 › alt``; a file is its fingerprint."""
    if isinstance(value, dict) and "sources" in value:
        yield " › ".join((*place, "alt")), value["alt"]
        yield " › ".join(place), _fingerprint(value["sources"][0])
    elif isinstance(value, dict) and "sha256" in value:
        yield " › ".join(place), _fingerprint(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in CIRCUMSTANCES:
                yield from _flat(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _flat(item, (*place[:-1], f"{place[-1]} {number}"))
    else:
        yield " › ".join(place), strip_tags(str(value))


def _fingerprint(file: dict[str, Any]) -> str:
    return _("file %(fingerprint)s") % {"fingerprint": file["sha256"][:SHORT_HASH]}
