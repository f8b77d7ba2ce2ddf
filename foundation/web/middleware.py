"""What happens around every request?"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from foundation.web.metrics.counting import count_request
from foundation.web.metrics.middleware import PATH as METRICS_PATH
from foundation.web.requests import HEADER, request_id_scope

log = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
ROUTINE = frozenset({"healthz", "readyz", "metrics"})  # asked all the time; worth a line only when the answer is no
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # addresses with tokens stay here, and forms still prove their origin
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestIdMiddleware:
    """Names the request, answers with the name, and logs one line without the path, which may hold a token."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        with request_id_scope(request.headers.get(HEADER, "")) as request_id:
            response = self.get_response(request)
            response[HEADER] = request_id
            _note(request, response, seconds=time.perf_counter() - started)
        return response


class SecurityHeadersMiddleware:
    """Sets the strict headers a view has not set itself; ``settings.CONTENT_SECURITY_POLICY`` changes the default."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        policy = getattr(settings, "CONTENT_SECURITY_POLICY", CONTENT_SECURITY_POLICY)
        self.headers = SECURITY_HEADERS | {"Content-Security-Policy": policy}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.setdefault(name, value)
        return response


def _note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """Count the answer and write its line; being asked for health or metrics is neither when all is well."""
    route = route_name(request)
    is_routine = route in ROUTINE and response.status_code < 400
    if not is_routine:
        count_request(route=route, method=request.method or "", status=response.status_code, seconds=seconds)
    fields = {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    log.log(logging.DEBUG if is_routine else logging.INFO, "request", extra=fields)


def route_name(request: HttpRequest) -> str:
    """Return the name of the route, its pattern when it has none, or ``-`` when no route matched."""
    if request.path_info == METRICS_PATH:
        return "metrics"  # answered by a middleware, without a route
    match = request.resolver_match
    return (match.view_name or match.route) if match else "-"
