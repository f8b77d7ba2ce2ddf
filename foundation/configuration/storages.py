"""How does a URL become ``STORAGES``?"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FILES_URL = "/files/"  # where the delivery process answers public files
PUBLIC_CACHING = "public, max-age=60, must-revalidate"
"""As the delivery process answers: a recall wins after a minute, wherever a file came from."""
_BUCKETS = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,53}[a-z0-9])")
_SWITCH = {"yes": "https", "no": "http"}
_ADVICE = (
    "STORAGE_URL must be a folder, file:///path/to/storage, "
    "or buckets, s3://ACCESS:SECRET@HOST[:PORT]/NAME?tls=yes&region=…; special characters of the keys as in %2F."
)


def storages_from(url: str | None, *, data_dir: Path) -> dict[str, Any]:
    """Return ``STORAGES``: ``default`` is the private store.

    ``url`` is a ``file://`` folder holding both stores, or an ``s3://`` server with the buckets NAME-private and
    NAME-public. Raises ImproperlyConfigured, in words that never hold a part of the URL: there is a secret in it.
    """
    parts = _parts(url or f"file://{(data_dir / 'storage').absolute()}")
    private, public = _buckets(parts, data_dir) if parts.scheme == "s3" else _folders(parts)
    return {
        "default": private,
        "private": private,
        "public": public,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port  # read once: it may be no number
    except ValueError:
        raise ImproperlyConfigured(_ADVICE) from None
    return parts


def _folders(parts: SplitResult) -> tuple[dict[str, Any], dict[str, Any]]:
    if parts.scheme != "file" or parts.netloc or not parts.path:
        raise ImproperlyConfigured(_ADVICE)
    root = Path(unquote(parts.path))
    private = _file_store(root / "private", file_mode=0o600, directory_mode=0o700)
    return private, _file_store(root / "public", file_mode=0o644, directory_mode=0o755, base_url=FILES_URL)


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


def _buckets(parts: SplitResult, data_dir: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    scheme, region = _SWITCH.get(query.pop("tls", "yes")), query.pop("region", "us-east-1")
    name = parts.path.strip("/")
    is_complete = scheme and region and parts.username and parts.password and parts.hostname and not parts.fragment
    if not is_complete or query:
        raise ImproperlyConfigured(_ADVICE)
    if not _BUCKETS.fullmatch(name):
        sentence = "STORAGE_URL names no buckets: NAME is 3 to 55 small letters, digits and hyphens."
        raise ImproperlyConfigured(sentence)
    server = {
        "endpoint_url": f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "region_name": region,
        "temporary_dir": str(data_dir.absolute() / "tmp"),
    }
    public = {"base_url": FILES_URL, "object_parameters": {"CacheControl": PUBLIC_CACHING}}
    return _bucket(f"{name}-private", server), _bucket(f"{name}-public", server | public)


def _bucket(name: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"BACKEND": "foundation.storage.s3.S3Store", "OPTIONS": {"bucket_name": name, **options}}
