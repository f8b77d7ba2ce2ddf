"""Which pages does the catcher of mails have, and what do they show?"""

from pathlib import Path
from typing import Any

from infra.local.mails.reading import Mail, read
from infra.local.mails.store import Envelope, MailStore, Search
from infra.local.web.application import Application, Request, Response, json_response, redirect
from infra.local.web.languages import NAMES, direction, language_of, words
from infra.local.web.pages import render

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr", "ar")
PAGE = 50
ADDRESSES = {"home": "/", "message": "/messages/{}", "html": "/messages/{}/html", "delete": "/delete"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# A mail runs no script and loads nothing but pictures of this machine, as careful mail programs do.
MAIL_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*"


class Site:
    """The pages and the JSON interface; both read the same store."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    def page(self, request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
        language = language_of(request, LANGUAGES)
        gettext = words(HERE / "locale", language).gettext
        shared = {
            "language": language,
            "direction": direction(language),
            "languages": [(tag, NAMES[tag]) for tag in LANGUAGES],
            "chosen_language": language if "lang" in request.query else "",
            "addresses": ADDRESSES,
            "path": request.path,
        }
        return Response(render(HERE / "templates", template, gettext=gettext, values=shared | values), status)

    def inbox(self, request: Request) -> Response:
        search = _search(request)
        before = _number(request.query.get("before"))
        found = self._store.envelopes(search, limit=PAGE + 1, before=before)
        return self.page(
            request,
            "inbox.html",
            {
                "envelopes": [_shown(envelope) for envelope in found[:PAGE]],
                "count": str(self._store.count(search)),
                "words": search.words,
                "older": str(found[PAGE - 1].number) if len(found) > PAGE else "",
            },
        )

    def message(self, request: Request, number: str) -> Response:
        envelope, mail = self._find(number)
        if envelope is None or mail is None:
            return self.missing(request)
        chosen = request.query.get("view", "html" if mail.html else "text")
        views = [name for name in ("html", "text", "headers", "source") if name != "html" or mail.html]
        values = _shown(envelope) | {
            "mail": mail,
            "views": views,
            "view": chosen if chosen in views else "headers",
            "source": (self._store.source(int(number)) or b"").decode("utf-8", "replace"),
        }
        return self.page(request, "message.html", values)

    def html(self, request: Request, number: str) -> Response:
        _, mail = self._find(number)
        if mail is None:
            return self.missing(request)
        return Response(mail.html.encode(), headers={"Content-Security-Policy": MAIL_POLICY})

    def delete_all(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return self.missing(request)  # another site's form must not empty the box
        self._store.clear()
        return redirect("/")

    def missing(self, request: Request) -> Response:
        return self.page(request, "missing.html", {}, 404)

    def api_list(self, request: Request) -> Response:
        search = _search(request)
        limit = min(_number(request.query.get("limit")) or PAGE, 1000)
        found = self._store.envelopes(search, limit=limit, before=_number(request.query.get("before")))
        items = [_plain(envelope) for envelope in found]
        return json_response({"items": items, "total": self._store.count(search)})

    def api_message(self, request: Request, number: str) -> Response:
        envelope, mail = self._find(number)
        if envelope is None or mail is None:
            return json_response({"title": "Not found", "status": 404}, 404)
        parts = {"headers": mail.headers, "text": mail.text, "html": mail.html, "attachments": mail.attachments}
        return json_response(_plain(envelope) | parts)

    def api_source(self, request: Request, number: str) -> Response:
        source = self._store.source(int(number)) if number.isdecimal() else None
        if source is None:
            return json_response({"title": "Not found", "status": 404}, 404)
        return Response(source, media_type="message/rfc822")

    def api_clear(self, request: Request) -> Response:
        self._store.clear()
        return Response(b"", 204)

    def _find(self, number: str) -> tuple[Envelope | None, Mail | None]:
        envelope = self._store.envelope(int(number)) if number.isdecimal() else None
        source = self._store.source(envelope.number) if envelope else None
        return envelope, None if source is None else read(source)


def application(store: MailStore) -> Application:
    site = Site(store)
    app = Application(static=HERE / "static", headers=HEADERS, ready=lambda: None)
    app.not_found = site.missing
    app.route("GET", "/", site.inbox)
    app.route("GET", "/messages/<number>", site.message)
    app.route("GET", "/messages/<number>/html", site.html)
    app.route("POST", "/delete", site.delete_all)
    app.route("GET", "/api/messages", site.api_list)
    app.route("DELETE", "/api/messages", site.api_clear)
    app.route("GET", "/api/messages/<number>", site.api_message)
    app.route("GET", "/api/messages/<number>/source", site.api_source)
    return app


def _search(request: Request) -> Search:
    return Search(to=request.query.get("to", "").strip(), words=request.query.get("q", "").strip())


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _shown(envelope: Envelope) -> dict[str, Any]:
    return {
        "number": str(envelope.number),
        "received_at": envelope.received_at.isoformat(),
        "received": f"{envelope.received_at.astimezone():%d.%m.%Y %H:%M:%S}",
        "sender": envelope.sender,
        "recipients": envelope.recipients,
        "subject": envelope.subject,
    }


def _plain(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.number,
        "received_at": envelope.received_at.isoformat(),
        "sender": envelope.sender,
        "recipients": envelope.recipients,
        "subject": envelope.subject,
    }
