"""Who may look at the files of a film before its release? Staff who are logged in and may see films."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from cms.films.models import CaptionTrack, Film
from foundation.contracts.transcoding import FilmFile
from foundation.storage import private_store
from foundation.storage.serving import file_response

SEEING = ("add", "change", "delete", "view")


@require_safe
def prepared_file(request: HttpRequest, pk: UUID, path: str) -> HttpResponseBase:
    """Answer a file of the film's manifest, with ranges; nothing else of the store can be reached from here."""
    film = visible_film(request, pk)
    file = _file_at(film, path)
    return file_response(
        request,
        private_store(),
        f"{film.prepared_prefix}/{file.path}",
        media_type=file.media_type,
        etag=file.sha256,
        cache_control="private, no-cache",
    )


@require_safe
def captions_file(request: HttpRequest, pk: UUID, locale: str) -> HttpResponse:
    """Answer the captions in one language: for the player, or to keep."""
    film = visible_film(request, pk)
    track = get_object_or_404(CaptionTrack, film=film, locale=locale)
    response = HttpResponse(track.vtt, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="captions.{track.locale}.vtt"'
    return response


def visible_film(request: HttpRequest, pk: UUID) -> Film:
    """Return the film; PermissionDenied for staff who have nothing to do with films."""
    policy: Any = policy_registry.get_by_type(Film)
    if not policy.user_has_any_permission(request.user, SEEING):
        raise PermissionDenied
    return get_object_or_404(Film, pk=pk)


def _file_at(film: Film, path: str) -> FilmFile:
    files = film.prepared.files if film.prepared else ()
    for file in files:
        if file.path == path:
            return file
    raise Http404
