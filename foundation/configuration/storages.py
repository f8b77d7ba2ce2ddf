"""How does a URL become ``STORAGES``?"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def storages_from(url: str | None, *, data_dir: Path) -> dict[str, Any]:
    """Return ``STORAGES``: ``default`` is the private store; ``url`` is a ``file://`` folder holding both stores."""
    parts = urlsplit(url or f"file://{(data_dir / 'storage').absolute()}")
    if parts.scheme != "file" or parts.netloc or not parts.path:
        raise ImproperlyConfigured("STORAGE_URL must be a folder: file:///path/to/storage.")
    root = Path(unquote(parts.path))
    private = _file_store(root / "private", file_mode=0o600, directory_mode=0o700)
    return {
        "default": private,
        "private": private,
        "public": _file_store(root / "public", file_mode=0o644, directory_mode=0o755, base_url="/files/"),
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }


def _file_store(location: Path, *, file_mode: int, directory_mode: int, base_url: str | None = None) -> dict[str, Any]:
    return {
        "BACKEND": "foundation.storage.files.FileStore",
        "OPTIONS": {
            "location": str(location),
            "base_url": base_url,
            "file_permissions_mode": file_mode,
            "directory_permissions_mode": directory_mode,
        },
    }
