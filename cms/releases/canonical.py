"""How does a release become bytes, the same bytes for the same content?"""

import hashlib
import json
from typing import Any

from foundation.contracts.release import ReleasePayload

# What says when and as what something was released, not what it says.
_CIRCUMSTANCES = ("number", "released_at", "changelog", "change_class", "json_ld")


def canonical_json(value: Any) -> bytes:
    """Return ``value`` as JSON: names sorted, no spaces, whole numbers without a fraction (as in RFC 8785)."""
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def sha256_of(content: bytes) -> str:
    """Return the fingerprint of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def payload_bytes(payload: ReleasePayload) -> bytes:
    """Return the bytes that are stored and served."""
    return canonical_json(payload.model_dump(mode="json", exclude_none=True))


def content_sha256(payload: ReleasePayload) -> str:
    """Return the fingerprint of what a release says, whatever its number and time."""
    content = payload.model_dump(mode="json", exclude_none=True, exclude=set(_CIRCUMSTANCES))
    return sha256_of(canonical_json(content))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
