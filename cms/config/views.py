"""Who may see files of the private store? Staff who are logged in, nobody else."""

import mimetypes

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from foundation.storage import private_store
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
        cache_control="private, no-cache",
    )
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
    return response
