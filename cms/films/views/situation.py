"""How does the page of a film stay true while the film is prepared, and how is another try asked for?"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cms.films.actions.preparation import NothingToPrepare, retry_preparation
from cms.films.models import Film
from cms.films.queries import situation_of
from cms.films.showing import shown_film
from cms.films.views.media import visible_film


@require_safe
def situation(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Answer how the film stands, for the script of its page: asked every second until it is final."""
    film = visible_film(request, pk)
    response = JsonResponse(asdict(situation_of(film)))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the part of the page that shows the prepared film, once there is something new to show."""
    film = visible_film(request, pk)
    return render(request, "films/includes/result.html", {"film": film, "shown": shown_film(film)})


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Prepare the film anew after it failed."""
    film = changeable_film(request, pk)
    try:
        retry_preparation(film, at=timezone.now())
    except NothingToPrepare:
        messages.warning(request, _("There is nothing to prepare again."))
    else:
        messages.success(request, _("The film is prepared again."))
    return redirect("films:edit", film.pk)


def changeable_film(request: HttpRequest, pk: UUID) -> Film:
    """Return the film; PermissionDenied for staff who may not change films."""
    film = visible_film(request, pk)
    user: Any = request.user
    if not user.has_perm("films.change_film"):
        raise PermissionDenied
    return film
