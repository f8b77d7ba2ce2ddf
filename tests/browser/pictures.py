"""How do the pictures in docs/screenshots come about? Taken when SCREENSHOTS is set, small enough for a repository."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

LARGEST_BYTES = 200_000


def keep_picture(page: Page, path: Path) -> None:
    """Write what ``page`` shows to ``path`` as WebP, at the best quality that stays below the limit."""
    if os.environ.get("SCREENSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_compressed(page.screenshot()))


def _compressed(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (85, 75, 60, 45):
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=quality, method=6)
        if written.tell() <= LARGEST_BYTES:
            break
    return written.getvalue()
