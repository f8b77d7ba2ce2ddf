"""How does the API say no? Always as problem+json (RFC 9457), naming what is wrong and what can be done."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, NotAcceptable, Throttled

from cms.delivery.parameters import BadParameters
from foundation.web.problems import problem

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer that isn't the one asked for."""

    status = 500
    title = "Error"

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members


class Unknown(ApiError):
    """There never was such a thing."""

    status = 404
    title = "Not found"


class Gone(ApiError):
    """It was recalled."""

    status = 410
    title = "Recalled"


def not_in_this_language(available: Sequence[str]) -> Unknown:
    """Return the error for a tool that exists, but not in a language that would do."""
    detail = "This tool is not available in the languages you asked for: choose another locale, or add a fallback."
    return Unknown(detail, available_locales=list(available))


def recalled(detail: str, *, at: datetime | None = None, available: Sequence[str] = ()) -> Gone:
    """Return the error for what was recalled."""
    members: dict[str, Any] = {"available_locales": list(available)} if available else {}
    return Gone(detail, **members, **({"recalled_at": at.isoformat()} if at else {}))


def as_problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the answer to an exception; None for one that is our own mistake (REST framework's handler)."""
    if isinstance(error, ApiError):
        return problem(error.status, error.title, error.detail, **error.members)
    if isinstance(error, BadParameters):
        errors = [item.model_dump() for item in error.errors]
        return problem(400, "Bad request", str(error), errors=errors)
    return _of_framework(error)


def _of_framework(error: Exception) -> HttpResponse | None:
    match error:
        case MethodNotAllowed():
            response = problem(405, "Method not allowed", "This address can be read with GET and HEAD only.")
            response["Allow"] = "GET, HEAD, OPTIONS"
            return response
        case NotAcceptable():
            return problem(406, "Not acceptable", "This API answers application/json: accept it.")
        case AuthenticationFailed():
            response = problem(401, "Unauthorised", "This key is unknown or was revoked: send another one, or none.")
            response["WWW-Authenticate"] = "Bearer"
            return response
        case Throttled():
            detail = "Too many requests: wait as long as Retry-After says, or ask us for a key."
            response = problem(429, "Too many requests", detail)
            response["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
            return response
        case Http404():
            return not_found(None)
    return None


def not_found(request: HttpRequest | None, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return problem(404, "Not found", "There is nothing at this address; /v1/openapi.json lists what there is.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that can't be read."""
    return problem(400, "Bad request", "This request can't be read.")


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when we have made a mistake."""
    return problem(500, "Internal error", "Something went wrong on our side; it was noted.")
