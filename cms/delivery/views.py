"""Which views does the partner API have? Each reads its parameters and answers stored bytes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from cms.delivery import pages
from cms.delivery.answers import CACHE_CONTROL, answered, response_to
from cms.delivery.errors import not_found
from cms.delivery.schema import schema_answer
from cms.delivery.throttling import allowance_of
from cms.partners.queries import ActiveKey, active_key
from cms.releases.queries import asset_state
from foundation.storage import public_store
from foundation.storage.serving import file_response
from foundation.web.keys import public
from foundation.web.problems import problem


class KeyAuthentication(BaseAuthentication):
    """A partner may present a key (RFC 6750); nobody has to."""

    def authenticate(self, request: Request) -> tuple[None, ActiveKey] | None:
        """Return the key; raises AuthenticationFailed for one that isn't valid."""
        header = get_authorization_header(request).decode("latin-1")
        if not header:
            return None
        scheme, _space, presented = header.partition(" ")
        key = active_key(presented.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed
        return None, key

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge."""
        return "Bearer"


class ReadOnlyView(APIView):
    """What all addresses below ``/v1`` have in common: limits, and no state."""

    authentication_classes = (KeyAuthentication,)
    http_method_names = ("get", "head", "options")

    def check_throttles(self, request: Request) -> None:
        """Count the request; raises Throttled."""
        key = request.auth if isinstance(request.auth, ActiveKey) else None
        self.allowance = allowance_of(request._request, key)
        if self.allowance.is_exceeded:
            raise Throttled(wait=self.allowance.reset_s)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how many requests are left."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        allowance = getattr(self, "allowance", None)
        if allowance:
            for name, value in allowance.headers().items():
                finished.headers[name] = value
        return finished


class ToolsView(ReadOnlyView):
    """The tools of the library, each in the best language for the reader."""

    def get(self, request: Request) -> HttpResponse:
        """List tools."""
        plain = request._request
        return answered(plain, lambda: pages.Listing.of_tools(plain).answer())


class IssuesView(ReadOnlyView):
    """The newsletter issues."""

    def get(self, request: Request) -> HttpResponse:
        """List issues."""
        plain = request._request
        return answered(plain, lambda: pages.Listing.of_issues(plain).answer())


class ToolView(ReadOnlyView):
    """One tool or issue."""

    def get(self, request: Request, tool_id: UUID) -> HttpResponse:
        """Read the latest release in the best language."""
        plain = request._request
        return answered(plain, lambda: pages.tool(plain, tool_id))


class ReleasesView(ReadOnlyView):
    """The history of a tool."""

    def get(self, request: Request, tool_id: UUID) -> HttpResponse:
        """List its releases, recalled ones too."""
        plain = request._request
        return answered(plain, lambda: pages.history(plain, tool_id))


class ReleaseView(ReadOnlyView):
    """One release, pinned."""

    def get(self, request: Request, tool_id: UUID, locale: str, number: int) -> HttpResponse:
        """Read the stored bytes of a release."""
        plain = request._request
        return answered(plain, lambda: pages.pinned(plain, tool_id, locale, number))


class ChangesView(ReadOnlyView):
    """The feed of changes."""

    def get(self, request: Request) -> HttpResponse:
        """List what was released and recalled since a cursor."""
        plain = request._request
        return answered(plain, lambda: pages.changes(plain))


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer the description of this API, OpenAPI 3.1."""
    return response_to(request, schema_answer())


@public
@require_safe
def asset(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer a public file, with ranges; 410 as soon as its last release is recalled, before it is deleted."""
    state = asset_state(key)
    if state is None:
        return not_found(request)
    if state.is_gone:
        return problem(410, "Recalled", "This file was recalled: delete every copy of it.")
    response = file_response(
        request, public_store(), key, media_type=state.media_type, etag=state.sha256, cache_control=CACHE_CONTROL
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Explain the API to webmasters."""
    return render(request, "delivery/home.html", {"base_url": request.build_absolute_uri("/").rstrip("/")})
