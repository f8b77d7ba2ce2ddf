"""How does a small site turn a request into an answer? Routes, requests, answers; plain WSGI (PEP 3333)."""

import hashlib
import json
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

LARGEST_FORM = 64_000
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Request:
    """What a visitor asked; ``query`` holds the last value of each name."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    accept_language: str = ""
    if_none_match: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def form(self) -> dict[str, str]:
        return _last_values(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Response:
    body: bytes = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


View = Callable[..., Response]


def json_response(content: Any, status: int = 200) -> Response:
    return Response(
        json.dumps(content, ensure_ascii=False).encode(), status, "application/json", {"Cache-Control": "no-store"}
    )


def redirect(where: str) -> Response:
    return Response(b"", 303, headers={"Location": where})


class Application:
    """Routes ``METHOD /path/<name>`` to views; answers /healthz, /readyz and /static/ itself."""

    def __init__(self, *, static: Path, headers: dict[str, str], ready: Callable[[], str | None]) -> None:
        self._routes: list[tuple[str, re.Pattern[str], View]] = []
        self._headers = headers
        self._static = static
        self._ready = ready
        self.not_found: View = lambda request: Response(b"Not found.", 404, "text/plain; charset=utf-8")
        self.failed: View = lambda request: Response(b"Something went wrong.", 500, "text/plain; charset=utf-8")
        self.route("GET", "/healthz", lambda request: json_response({"status": "alive"}))
        self.route("GET", "/readyz", self._readyz)
        self.route("GET", "/static/<name>", self._static_file)

    def route(self, method: str, pattern: str, view: View) -> None:
        """Answer ``method`` on ``pattern``; ``<name>`` stands for one segment of the path, given to the view."""
        expression = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", pattern)
        self._routes.append((method, re.compile(expression + r"\Z"), view))

    def answer(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        matches = [(verb, view, found) for verb, path, view in self._routes if (found := path.match(request.path))]
        for verb, view, found in matches:
            if verb == method:
                return view(request, **found.groupdict())
        if matches:
            allowed = ", ".join(sorted({verb for verb, _, _ in matches}))
            return Response(b"", 405, headers={"Allow": allowed})
        return self.not_found(request)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _request(environ)
        try:
            response = self.answer(request)
        except Exception:  # noqa: BLE001 - the last line of defence: the visitor gets a page, the log the reason
            traceback.print_exc()
            response = self.failed(request)
        return self._send(request, response, start_response)

    def _send(self, request: Request, response: Response, start_response: StartResponse) -> list[bytes]:
        headers = self._headers | response.headers | {"Content-Type": response.media_type}
        headers["Content-Length"] = str(len(response.body))
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", list(headers.items()))
        return [] if request.method == "HEAD" else [response.body]

    def _readyz(self, _request: Request) -> Response:
        missing = self._ready()
        content = {"status": "unready" if missing else "ready", "missing": [missing] if missing else []}
        return json_response(content, 503 if missing else 200)

    def _static_file(self, request: Request, name: str) -> Response:
        path = self._static / name
        if path.suffix not in STATIC_TYPES or not path.is_file():
            return self.not_found(request)
        return revalidated(request, Response(path.read_bytes(), media_type=STATIC_TYPES[path.suffix]))


def revalidated(request: Request, response: Response) -> Response:
    """Give the response a strong ETag, and answer 304 to who has it already (RFC 9110 §13.1.2)."""
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = response.headers | {"ETag": etag, "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.if_none_match.split(",")}
    if etag in known:
        return Response(b"", 304, response.media_type, headers)
    return Response(response.body, response.status, response.media_type, headers)


def _request(environ: WSGIEnvironment) -> Request:
    length = environ.get("CONTENT_LENGTH") or "0"
    size = min(int(length), LARGEST_FORM) if length.isdecimal() else 0
    headers = {
        name[5:].lower().replace("_", "-"): str(value) for name, value in environ.items() if name.startswith("HTTP_")
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace") or "/",
        query=_last_values(environ.get("QUERY_STRING", "")),
        accept_language=headers.get("accept-language", ""),
        if_none_match=headers.get("if-none-match", ""),
        body=environ["wsgi.input"].read(size) if size else b"",
        headers=headers,
    )


def _last_values(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}
