"""How does a browser send a film file? By tus 1.0.0 (tus.io): core, creation, expiration and termination.

Mounted below Wagtail's admin, so only staff who are logged in get here; a changing request carries the CSRF token as a
header.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View

from cms.films.actions import uploads
from cms.films.actions.uploads import FileTooBig, UploadGone, WrongOffset, max_film_bytes
from cms.films.containers import NoFilm
from cms.films.models import Film, Upload, UploadState
from foundation.storage import StoreFull
from foundation.web.problems import problem

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"
BLOCK_BYTES = 256 * 1024
_OVERRIDABLE = {"PATCH", "DELETE", "HEAD"}


class TusView(View):
    """What both addresses share: the protocol's version, who may come, and how errors are said."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        override = request.headers.get("X-HTTP-Method-Override", "").upper()
        if request.method == "POST" and override in _OVERRIDABLE:
            request.method = override
        response = self._answer(request, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        headers = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(max_film_bytes())}
        return HttpResponse(status=204, headers=headers)

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("films.change_film"):
            message = _("You may not upload films. Ask an administrator for the permission.")
            return problem(403, _("Not allowed"), message)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            response = problem(412, "Unknown version", f"Speak tus {VERSION}.")
            response["Tus-Version"] = VERSION
            return response
        try:
            return super().dispatch(request, *args, **kwargs)
        except (NoFilm, FileTooBig, StoreFull, WrongOffset, UploadGone) as error:
            return refusal(error)


class UploadsView(TusView):
    """Where uploads begin (extension creation)."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Upload-Length", "")
        if not length.isdecimal():
            return problem(400, "Length missing", "Send Upload-Length; a deferred length isn't taken.")
        metadata = _metadata(request.headers.get("Upload-Metadata", ""))
        film = _film(metadata.get("film", ""))
        if film is None:
            return problem(404, _("Film missing"), _("The film this file is for doesn't exist any more."))
        upload = uploads.begin_upload(
            film,
            length_bytes=int(length),
            filename=metadata.get("filename", ""),
            user_id=request.user.pk,
            at=timezone.now(),
        )
        location = reverse("films:upload", args=[upload.pk])
        return HttpResponse(status=201, headers={"Location": location, "Upload-Offset": "0", **_expiry(upload)})


class UploadView(TusView):
    """One upload: how far it is, its next piece, its end."""

    http_method_names = ["head", "patch", "delete", "options"]

    def head(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = _present(upload_id)
        headers = {"Upload-Offset": str(upload.offset_bytes), "Upload-Length": str(upload.length_bytes)}
        return HttpResponse(status=200, headers={**headers, **_expiry(upload)})

    def patch(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        if request.content_type != CONTENT_TYPE:
            return problem(415, "Wrong type", f"Send the piece as {CONTENT_TYPE}.")
        upload = _present(upload_id)
        offset, size = request.headers.get("Upload-Offset", ""), request.headers.get("Content-Length", "0")
        if not (offset.isdecimal() and size.isdecimal()):
            return problem(400, "Offset missing", "Send Upload-Offset and Content-Length.")
        if int(offset) != upload.offset_bytes or upload.state != UploadState.RECEIVING:
            raise WrongOffset(upload.offset_bytes)
        if int(offset) + int(size) > upload.length_bytes:
            return problem(413, "Piece too long", "The piece reaches beyond the end of the file.")
        blocks = _blocks(request, int(size))
        stands_at = uploads.receive_part(upload, offset_bytes=int(offset), blocks=blocks, at=timezone.now())
        upload.refresh_from_db()
        return HttpResponse(status=204, headers={"Upload-Offset": str(stands_at), **_expiry(upload)})

    def delete(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        uploads.abandon_upload(_present(upload_id), at=timezone.now())
        return HttpResponse(status=204)


def present_upload(upload_id: UUID) -> Upload:
    """Return the upload; UploadGone if it was cancelled, has expired or never was."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        raise UploadGone
    if upload.is_expired(at=timezone.now()):
        uploads.abandon_upload(upload, at=timezone.now())
        raise UploadGone
    return upload


def _present(upload_id: UUID) -> Upload:
    upload = present_upload(upload_id)
    if upload.is_direct:
        raise UploadGone
    return upload


def _blocks(request: HttpRequest, size_bytes: int) -> Iterator[bytes]:
    """Yield what arrives of ``size_bytes``; a connection that breaks ends it early."""
    left = size_bytes
    try:
        while left > 0 and (block := request.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block
    except UnreadablePostError:
        return


def _metadata(header: str) -> dict[str, str]:
    """Read ``Upload-Metadata``: names and Base64 values, parted by commas; what can't be read is left out."""
    found = {}
    for pair in header.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _film(film_id: str) -> Film | None:
    try:
        return Film.objects.filter(pk=film_id).first()
    except ValidationError:
        return None


def _expiry(upload: Upload) -> dict[str, str]:
    if upload.state != UploadState.RECEIVING:
        return {}
    return {"Upload-Expires": http_date(upload.expires_at.timestamp())}


def refusal(error: Exception) -> HttpResponse:
    """Say why an upload can't go on, as problem+json."""
    match error:
        case WrongOffset():
            response = problem(409, "Wrong offset", "Ask with HEAD where the upload stands, and go on from there.")
            response["Upload-Offset"] = str(error.offset_bytes)
            return response
        case UploadGone():
            message = _("This upload was cancelled or waited too long. Choose the file again to start anew.")
            return problem(410, _("Upload gone"), message)
        case FileTooBig():
            message = _("This file is too big. At most %(limit)s can be taken: export the film smaller.")
            return problem(413, _("File too big"), message % {"limit": filesizeformat(max_film_bytes())})
        case StoreFull():
            message = _("The disk of the server is full. Nothing was lost: tell your technician, then go on.")
            return problem(507, _("Disk full"), message)
    return problem(422, _("Not a film"), str(error))
