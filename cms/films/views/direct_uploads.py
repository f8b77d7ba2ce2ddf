"""How does a browser send a film file straight to the S3 store? Here it asks for leave and URLs, and says it is done.

Mounted below Wagtail's admin, so only staff who are logged in get here; a changing request carries the CSRF token as a
header. Bodies are JSON.
"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from pydantic import Base64Bytes, Field, ValidationError

from cms.films.actions import direct_uploads
from cms.films.actions.direct_uploads import (
    MOST_URLS,
    NoDirectUploads,
    PartsOutstanding,
    SentFile,
    UploadOver,
    WantedPart,
)
from cms.films.actions.uploads import FileTooBig, UploadGone, abandon_upload
from cms.films.containers import HEAD_BYTES, NoFilm
from cms.films.models import Film, Upload
from cms.films.views.uploads import present_upload, refusal
from foundation.contracts.base import Contract
from foundation.storage import StoreFull, StoreUnavailable
from foundation.web.problems import problem

_SHA256_BASE64 = r"^[A-Za-z0-9+/]{43}=$"


class Beginning(Contract):
    """The file somebody has chosen; ``head`` is its first ``HEAD_BYTES``, or all of a shorter one."""

    film: UUID
    name: Annotated[str, Field(max_length=1000)]
    size_bytes: int
    modified_ms: int
    head: Base64Bytes


class Wanted(Contract):
    """A part about to be sent."""

    number: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=_SHA256_BASE64)] | None = None


class Progress(Contract):
    """How far the browser is, and which parts it is about to send."""

    sent_bytes: Annotated[int, Field(ge=0)]
    parts: Annotated[tuple[Wanted, ...], Field(max_length=MOST_URLS)] = ()


class DirectView(View):
    """What all addresses share: who may come, and how errors are said."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = self._answer(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("films.change_film"):
            message = _("You may not upload films. Ask an administrator for the permission.")
            return problem(403, _("Not allowed"), message)
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValidationError as error:
            return problem(400, "Not understood", str(error.errors(include_input=False, include_url=False)))
        except (NoFilm, FileTooBig, StoreFull, UploadGone) as error:
            return refusal(error)
        except (NoDirectUploads, UploadOver, PartsOutstanding, StoreUnavailable) as error:
            return _not_now(error)


class DirectUploadsView(DirectView):
    """Where uploads begin, or go on: the same file for the same film is the same upload."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        beginning = Beginning.model_validate_json(request.body)
        film = Film.objects.filter(pk=beginning.film).first()
        if film is None:
            return problem(404, _("Film missing"), _("The film this file is for doesn't exist any more."))
        if len(beginning.head) != max(min(HEAD_BYTES, beginning.size_bytes), 0):
            return problem(400, "Wrong head", f"Send the first {HEAD_BYTES} bytes of the file.")
        file = SentFile(beginning.name, beginning.size_bytes, beginning.modified_ms, beginning.head)
        upload = direct_uploads.begin_direct_upload(film, file, user_id=request.user.pk, at=timezone.now())
        url = reverse("films:direct_upload", args=[upload.pk])
        return JsonResponse({"url": url, "part_bytes": upload.part_bytes}, status=201, headers={"Location": url})


class DirectUploadView(DirectView):
    """One upload: which parts are missing, where to send the next ones, its end before its time."""

    http_method_names = ["get", "post", "delete"]

    def get(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = _present(upload_id)
        missing = direct_uploads.missing_parts(upload, at=timezone.now())
        return JsonResponse({"length_bytes": upload.length_bytes, "part_bytes": upload.part_bytes, "missing": missing})

    def post(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = _present(upload_id)
        progress = Progress.model_validate_json(request.body)
        wanted = [WantedPart(part.number, part.sha256) for part in progress.parts]
        urls = direct_uploads.sign_parts(upload, wanted, sent_bytes=progress.sent_bytes, at=timezone.now())
        return JsonResponse({"urls": urls})

    def delete(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        abandon_upload(_present(upload_id), at=timezone.now())
        return HttpResponse(status=204)


class CompletionView(DirectView):
    """Where the browser says that all has arrived."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        direct_uploads.complete_direct_upload(_present(upload_id), at=timezone.now())
        return HttpResponse(status=204)


def _present(upload_id: UUID) -> Upload:
    upload = present_upload(upload_id)
    if not upload.is_direct:
        raise UploadGone
    return upload


def _not_now(error: Exception) -> HttpResponse:
    match error:
        case UploadOver():
            return problem(409, "Complete", "All parts have arrived: send nothing more.")
        case PartsOutstanding():
            return problem(409, "Parts missing", "Send these parts first.", missing=error.numbers)
        case NoDirectUploads():
            return problem(404, "No direct uploads", "Send the file to this server, by tus.")
    return problem(503, _("Store away"), _("The store of the films doesn't answer. The upload goes on by itself."))
