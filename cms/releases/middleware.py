"""What does a person see when publishing was refused on a path that has no page of its own for it?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cms.releases.gate import GateClosed
from cms.releases.refusal import refused


class GateMiddleware:
    """Turns ``GateClosed`` into a message with the reasons; the draft stays as it was saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; let every other exception pass."""
        return refused(request, exception) if isinstance(exception, GateClosed) else None
