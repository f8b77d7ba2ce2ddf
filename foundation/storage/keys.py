"""What may a key of a store be, and what is known of the file under one?"""

import re
from dataclasses import dataclass
from datetime import datetime

from foundation.storage.errors import UnsafeKey

MAX_CHARACTERS = 400
MAX_BYTES = 1000  # S3 takes 1024
MAX_PART_BYTES = 255  # most file systems take no more between two slashes
_SAFE_PART = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")


@dataclass(frozen=True)
class StoredKey:
    """A file as it lies in a store now; ``version`` is another one whenever the content is."""

    key: str
    size_bytes: int
    modified_at: datetime
    version: str


def safe_key(key: str) -> str:
    """Return ``key``; UnsafeKey if it would leave a store, is hidden there, or fits into no kind of store."""
    if not key or len(key) > MAX_CHARACTERS or not all(map(_is_safe, key.split("/"))) or _size(key) > MAX_BYTES:
        raise UnsafeKey(f"{key[:80]!r} is no key of a store.")
    return key


def content_key(sha256: str, suffix: str) -> str:
    """Return the key of content: ``sha256/ab/abcd….webp`` for ``suffix`` ``.webp``."""
    return f"sha256/{sha256[:2]}/{sha256}{suffix}"


def _is_safe(part: str) -> bool:
    return bool(_SAFE_PART.fullmatch(part)) and _size(part) <= MAX_PART_BYTES


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:  # half a character (a lone surrogate): no store can keep it
        return MAX_BYTES + 1
