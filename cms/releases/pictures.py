"""Which files is a released picture made of? AVIF, WebP and JPEG in several widths, pixels and nothing else.

Encoding takes seconds, so what was once encoded is kept in the private store under the hash of its source: the next
release of the same picture only copies.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image
from pydantic import TypeAdapter

from foundation.storage import StoredFileMissing, local_path, private_store, put

WIDTHS = (320, 640, 960, 1440)
FOLDER = "encodings"
RECIPE = 1
"""Grows when the settings below change: what was encoded by another recipe is encoded anew."""

FORMATS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("AVIF", ".avif", "image/avif", {"quality": 62, "speed": 8, "subsampling": "4:4:4"}),
    ("WEBP", ".webp", "image/webp", {"quality": 82, "method": 4}),
    ("JPEG", ".jpg", "image/jpeg", {"quality": 84, "optimize": True, "progressive": True}),
)
"""Best first: name, suffix, media type, options of Pillow."""


@dataclass(frozen=True)
class EncodedPicture:
    """One size and format of a picture, at ``key`` of the private store; width and height in pixels."""

    key: str
    suffix: str
    media_type: str
    sha256: str
    size_bytes: int
    width: int
    height: int


_INDEX = TypeAdapter(tuple[EncodedPicture, ...])


def encoded(source: IO[bytes]) -> tuple[EncodedPicture, ...]:
    """Return every source of the picture, best format first, then widest first, never wider than ``source``."""
    prefix = prefix_of(source)
    known = _known(prefix)
    if known is None:
        with Image.open(source) as picture:
            known = tuple(_encodings(picture, prefix))
        put(private_store(), f"{prefix}/index.json", [_INDEX.dump_json(known)])
    return known


def prefix_of(source: IO[bytes]) -> str:
    """Return where in the private store the encodings of ``source`` are kept, whether they are made yet or not."""
    source.seek(0)
    sha256 = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    source.seek(0)
    return f"{FOLDER}/{RECIPE}/{sha256}"


def _known(prefix: str) -> tuple[EncodedPicture, ...] | None:
    """The index is written last: where it is, everything is."""
    try:
        with local_path(private_store(), f"{prefix}/index.json") as path:
            return _INDEX.validate_json(path.read_bytes())
    except StoredFileMissing:
        return None


def _encodings(picture: Image.Image, prefix: str) -> Iterator[EncodedPicture]:
    pixels = _pixels(picture)
    sizes = [_resized(pixels, width) for width in _widths(pixels.width)]
    for name, suffix, media_type, options in FORMATS:
        for sized in sizes:
            out = BytesIO()
            _fitting(sized, name).save(out, name, **options)
            stored = put(private_store(), f"{prefix}/{sized.width}{suffix}", [out.getvalue()])
            yield EncodedPicture(
                stored.key, suffix, media_type, stored.sha256, stored.size_bytes, sized.width, sized.height
            )


def _widths(width: int) -> list[int]:
    """Widest first; a picture narrower than the widest keeps its own width as the first."""
    smaller = [step for step in WIDTHS if step < width]
    return sorted({*smaller, min(width, WIDTHS[-1])}, reverse=True)


def _pixels(picture: Image.Image) -> Image.Image:
    """Return a copy that knows nothing but its pixels."""
    pixels = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    pixels = pixels.copy() if pixels is picture else pixels
    pixels.info.clear()
    return pixels


def _resized(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _fitting(picture: Image.Image, name: str) -> Image.Image:
    """JPEG knows no transparency: what is transparent becomes white, as on a page."""
    if name != "JPEG" or picture.mode == "RGB":
        return picture
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    return page
