"""How does a web process answer ``GET /metrics``? Before anything looks at hosts, sessions or languages.

No route of the URLconf, because Prometheus asks each replica by its address, which ALLOWED_HOSTS does not name.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from foundation.web.metrics.access import is_our_host, refusal
from foundation.web.problems import problem

Respond = Callable[[HttpRequest], HttpResponse]
PATH = "/metrics"


class MetricsMiddleware:
    """Answers who may read with the numbers of this process, everybody else with 403 or, where a key is set, 401."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _answer(request) if request.path_info == PATH else self.get_response(request)


def _answer(request: HttpRequest) -> HttpResponse:
    has_key = bool(getattr(settings, "METRICS_KEY", ""))
    reason = refusal(request.headers, peer=request.META.get("REMOTE_ADDR", ""))
    if reason or not (has_key or is_our_host(request)):
        return _refused(reason or "This host is not ours.", has_key=has_key)
    if request.method not in {"GET", "HEAD"}:
        return problem(405, "Method not allowed", "Ask with GET.")
    from foundation.web.metrics.exposition import exposition  # 4 MB that a process nobody scrapes should not pay

    text, media_type = exposition()
    return HttpResponse(text, content_type=media_type, headers={"Cache-Control": "no-store"})


def _refused(reason: str, *, has_key: bool) -> HttpResponse:
    response = problem(401 if has_key else 403, "Not for you", reason)
    if has_key:
        response["WWW-Authenticate"] = "Bearer"
    return response
