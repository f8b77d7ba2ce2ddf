"""Who may see files of the private store? Staff who are logged in, nobody else."""

import hashlib
import mimetypes

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from foundation.storage import StorageError, local_path, private_store
from foundation.storage.serving import file_response


@require_safe
@require_admin_access
def staff_media(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer a picture or film of the private store, with ranges; no cache but the browser's own keeps it."""
    media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
    response = file_response(
        request,
        private_store(),
        key,
        media_type=media_type,
        etag=_validator(key),
        cache_control="private, no-cache",
    )
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
    return response


def _validator(key: str) -> str:
    """Name what lies under ``key`` now; a missing file has a name too, which nobody holds."""
    try:
        with local_path(private_store(), key) as path:
            status = path.stat()
    except (StorageError, OSError):
        return "missing"
    return hashlib.sha256(f"{key} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()
