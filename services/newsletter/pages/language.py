"""In which language does a page speak? The one asked for, else the reader's own, else the browser's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_bidi, get_language_from_request, override

from services.newsletter.lists.models import Subscriber
from services.newsletter.rendering.languages import is_spoken, spoken


def language_for(request: HttpRequest, subscriber: Subscriber | None = None) -> str:
    """Return a language our words exist in: ``?lang=``, the subscription's, ``Accept-Language``."""
    asked = request.GET.get("lang", "")
    if asked and is_spoken(asked):
        return spoken(asked)
    if subscriber and is_spoken(subscriber.language):
        return spoken(subscriber.language)
    return get_language_from_request(request)


def page(
    request: HttpRequest, template: str, context: dict[str, object], *, language: str, status: int = 200
) -> HttpResponse:
    """Return ``newsletter/<template>.html`` in ``language``; nobody stores it, no search engine lists it."""
    with override(language):
        frame = {
            "language": language,
            "direction": "rtl" if get_language_bidi() else "ltr",
            "languages": settings.LANGUAGES,
            "organisation": settings.ORGANISATION,
        }
        body = render_to_string(f"newsletter/{template}.html", frame | context, request)
    response = HttpResponse(body, status=status, headers={"Content-Language": language, "Cache-Control": "no-store"})
    patch_vary_headers(response, ["Accept-Language"])
    return response
