"""What does a list say of a release?"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from cms.releases.models import EditionTerm
from foundation.contracts.release import ReleasePayload

LISTED = (
    "tool_id", "kind", "locale", "direction", "number", "title", "summary", "slug", "released_at", "change_class",
    "cover", "themes", "audiences",
)  # fmt: skip
"""The members of an item, before ``available_locales`` and ``url`` are added at reading."""


def listing_of(payload: ReleasePayload) -> dict[str, Any]:
    """Return the item; every member is there, ``cover`` may be null."""
    item = payload.model_dump(mode="json", include=set(LISTED), exclude_none=False)
    return {**item, "cover": payload.cover and payload.cover.model_dump(mode="json", exclude_none=True)}


def sort_title(title: str) -> str:
    """Return ``title`` so that byte order is the order people expect: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))[:255]


def terms_of(payload: ReleasePayload) -> Iterator[tuple[str, str]]:
    """Yield vocabulary and code of every term, each once."""
    yield from dict.fromkeys((EditionTerm.Vocabulary.THEME.value, term.code) for term in payload.themes)
    yield from dict.fromkeys((EditionTerm.Vocabulary.AUDIENCE.value, term.code) for term in payload.audiences)
