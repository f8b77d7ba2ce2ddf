"""Where do browsers reach the S3 store that they send films to?"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")


def browser_storage_from(url: str, *, store: dict[str, Any]) -> str:
    """Return the origin browsers send films to: that of ``url``, else the endpoint of ``store``; empty for folders.

    ``store`` is an entry of ``STORAGES``. Raises ImproperlyConfigured for what is no origin.
    """
    endpoint = store["OPTIONS"].get("endpoint_url")
    if not endpoint:
        return ""
    parts = urlsplit(url or endpoint)
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc) or parts.path.strip("/"):
        raise ImproperlyConfigured("STORAGE_BROWSER_URL can't be read; write https://uploads.example.org.")
    return f"{parts.scheme}://{parts.netloc.lower()}"
