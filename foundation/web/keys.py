"""Who may call this view?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from foundation.web.problems import problem

View = Callable[..., HttpResponse]
V = TypeVar("V", bound=Callable[..., Any])


def service_key_required(setting_name: str) -> Callable[[View], View]:
    """Let only callers in that present ``Authorization: Bearer <settings.setting_name>`` (RFC 6750 §2.1).

    A key that isn't configured lets nobody in. No browser sends this header by itself, so no CSRF token is asked for.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _has_key(request, getattr(settings, setting_name, None) or ""):
                return _unauthorised()
            return view(request, *args, **kwargs)

        guarded.service_key = setting_name  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: V) -> V:
    """Say that ``view`` is meant to answer anybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def _has_key(request: HttpRequest, expected: str) -> bool:
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    return bool(expected) and scheme.lower() == "bearer" and constant_time_compare(presented.strip(), expected)


def _unauthorised() -> HttpResponse:
    response = problem(401, "Unauthorised", "Send the key of this service as Authorization: Bearer <key>.")
    response["WWW-Authenticate"] = "Bearer"
    return response
