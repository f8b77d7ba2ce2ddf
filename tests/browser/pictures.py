"""How do the pictures in docs/screenshots come about? Taken when SCREENSHOTS is set, small enough for a repository."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

LARGEST_BYTES = 200_000
# Those that the documents show: screen, then language and width.
SHOWN = {
    "dashboard": {"en-1440", "fr-390"},
    "comic-editor": {"fr-1440"},
    "film-editor": {"ar-390"},
    "refused": {"en-1440"},
    "upload": {"en-1440"},
    "film": {"ar-1440", "fr-390"},
    "releases": {"fr-1440"},
    "recall": {"en-1440"},
    "send": {"fr-1440"},
    "sending": {"en-1440"},
    "messages": {"ar-390"},
    "partner-site": {"fr-1440", "ar-1440", "ar-390"},
    "comic": {"en-1440", "ar-390"},
    "film-page": {"en-1440"},
    "subscribe": {"en-1440", "ar-390"},
    "mails": {"fr-1440"},
    "mail": {"en-1440", "fr-390"},
    "api": {"en-1440"},
}


def keep_picture(page: Page, path: Path) -> None:
    """Write what ``page`` shows to ``path`` as WebP, at the best quality that stays below the limit."""
    if os.environ.get("SCREENSHOTS") and _is_shown(path):
        page.wait_for_load_state("networkidle")
        page.wait_for_function("() => document.getAnimations().every((each) => each.playState !== 'running')")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_compressed(page.screenshot()))


def _is_shown(path: Path) -> bool:
    screen, language, width = path.stem.rsplit("-", 2)
    return f"{language}-{width}" in SHOWN.get(screen, set())


def _compressed(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (85, 75, 60, 45):
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=quality, method=6)
        if written.tell() <= LARGEST_BYTES:
            break
    return written.getvalue()
