"""Is this process alive, and can it work?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from foundation.web.keys import public

Check = Callable[[], str | None]


def health_urls(*checks: Check) -> list[URLPattern]:
    """Return ``/healthz`` (always 200) and ``/readyz`` (503 and what is missing while a check returns a sentence)."""

    @public
    @require_safe
    def readyz(request: HttpRequest) -> HttpResponse:
        missing = failures(checks)
        return _answer({"status": "unready" if missing else "ready", "missing": missing}, 503 if missing else 200)

    return [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs, without asking anything else."""
    return _answer({"status": "alive"}, 200)


def failures(checks: tuple[Check, ...]) -> list[str]:
    """Return the sentences of the checks that found something missing."""
    return [sentence for check in checks if (sentence := check())]


def _answer(body: dict[str, object], status: int) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
