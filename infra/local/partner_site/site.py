"""Which pages does the partner's site have?"""

from pathlib import Path
from typing import Any
from uuid import UUID

from infra.local.partner_site import shown
from infra.local.partner_site.api import ApiAway, PartnerApi, Unknown, Withdrawn, credentials
from infra.local.partner_site.hooks import Hooks, Rejected
from infra.local.web.application import Application, Request, Response, json_response, revalidated
from infra.local.web.languages import NAMES, direction, language_of, words
from infra.local.web.pages import render

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr", "nl", "de", "ar")
NEWEST_ISSUES = 6
ADDRESSES = {"home": "/", "tool": "/tools/{}"}


class Site:
    """Reads the API for every visit; what is recalled there is withdrawn here at once."""

    def __init__(self, api: PartnerApi, keys: Path | None) -> None:
        self._api = api
        self._keys = keys
        self._hooks = Hooks()

    def home(self, request: Request) -> Response:
        return self._shown(request, "home.html", self._home_values)

    def tool(self, request: Request, tool_id: str) -> Response:
        def values(language: str, gettext: shown.Gettext) -> dict[str, Any]:
            found = self._api.tool(_uuid(tool_id), locales=_wishes(language))
            return {"tool": shown.tool(found, wanted=language, url=self._api.url, gettext=gettext)}

        return self._shown(request, "tool.html", values)

    def hook(self, request: Request) -> Response:
        secret = credentials(self._keys).get("webhook_secret")
        if not secret:
            return json_response({"title": "This partner has no webhook secret yet.", "status": 503}, 503)
        try:
            message = self._hooks.take(request.body, request.headers, secret=secret)
        except Rejected:
            return json_response({"title": "The signature is wrong, or the message too old.", "status": 401}, 401)
        if message and message.get("type") == "release.recalled":
            self._api.forget_all()
        return Response(b"", 204)

    def heard(self, request: Request) -> Response:
        return json_response({"items": self._hooks.heard()})

    def missing(self, request: Request) -> Response:
        return self._page(request, "missing.html", {}, 404)

    def failed(self, request: Request) -> Response:
        return self._page(request, "away.html", {}, 500)

    def _home_values(self, language: str, gettext: shown.Gettext) -> dict[str, Any]:
        wishes = _wishes(language)
        tools = self._api.tools(locales=wishes)
        issues = self._api.issues(locales=wishes, limit=NEWEST_ISSUES)

        def card(item: dict[str, Any]) -> dict[str, Any]:
            return shown.card(item, wanted=language, url=self._api.url, gettext=gettext)

        return {"tools": [card(item) for item in tools], "issues": [card(item) for item in issues]}

    def _shown(self, request: Request, template: str, values: Any) -> Response:
        language = language_of(request, LANGUAGES)
        gettext = words(HERE / "locale", language).gettext
        try:
            return revalidated(request, self._page(request, template, values(language, gettext)))
        except Withdrawn:
            return self._page(request, "withdrawn.html", {}, 410)
        except Unknown:
            return self.missing(request)
        except ApiAway:
            return self._page(request, "away.html", {}, 503)

    def _page(self, request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
        language = language_of(request, LANGUAGES)
        shared = {
            "language": language,
            "direction": direction(language),
            "languages": [(tag, NAMES[tag]) for tag in LANGUAGES],
            "chosen_language": language if "lang" in request.query else "",
            "addresses": ADDRESSES,
            "path": request.path,
            "api": self._api.base_url,
        }
        gettext = words(HERE / "locale", language).gettext
        body = render(HERE / "templates", template, gettext=gettext, values=shared | values)
        return Response(body, status, headers={"Content-Language": language, "Vary": "Accept-Language"})


def application(api: PartnerApi, *, keys: Path | None = None) -> Application:
    site = Site(api, keys)
    app = Application(static=HERE / "static", headers=headers(api.base_url), ready=api.reachable)
    app.not_found, app.failed = site.missing, site.failed
    app.route("GET", "/", site.home)
    app.route("GET", "/tools/<tool_id>", site.tool)
    app.route("POST", "/hooks/make-it-safe", site.hook)
    app.route("GET", "/hooks/heard", site.heard)
    return app


def headers(api: str) -> dict[str, str]:
    """Return the headers of every page: its own style and script, pictures and films of the API, nothing else."""
    own = "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    return {
        "Content-Security-Policy": f"{own}; img-src 'self' {api}; media-src {api}; connect-src {api}",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _wishes(language: str) -> tuple[str, ...]:
    """Return the visitor's language and, rather than nothing, the others in the order of the site."""
    return (language, *(tag for tag in LANGUAGES if tag != language))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise Unknown(text) from error
