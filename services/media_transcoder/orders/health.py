"""What must be there, beside database and store, before a film can be prepared?"""

import os

from django.conf import settings


def encoder_configured() -> str | None:
    """Say so when FFMPEG names no program; empty is fine, then the one that comes along is used."""
    if settings.FFMPEG and not os.access(settings.FFMPEG, os.X_OK):
        return f"There is no ffmpeg at {settings.FFMPEG}: correct FFMPEG, or leave it empty."
    return None
