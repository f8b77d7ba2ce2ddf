"""Which media type has a stored file, by the suffix of its key?"""

import mimetypes
from pathlib import PurePosixPath

FALLBACK = "application/octet-stream"
# What releases are made of, whatever the tables of this machine say (HLS: RFC 8216 §4)
_TYPES = {
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4a": "audio/mp4",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
}


def media_type_of(key: str) -> str:
    """Return the type that the suffix stands for; unknown ones are bytes that no browser shows."""
    return _TYPES.get(PurePosixPath(key).suffix.lower()) or mimetypes.guess_type(key)[0] or FALLBACK
