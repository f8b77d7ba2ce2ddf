"""Does the partner's site show what the API says, in the visitor's language, and nothing the API would not show?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.partner_site.api import PartnerApi
from infra.local.partner_site.site import application
from infra.local.web.application import Application, Request, Response
from infra.quality.messages import compile_all
from tests.infra.local.partner_site.payloads import COMIC_ID, FILM_ID, ISSUE_ID, comic, film, found, issue, item

API = "http://127.0.0.1:8001"


class Delivery:
    """Answers like the delivery process: by path, with validators; a refusal is a status."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {
            "/v1/tools": {"items": [item(comic(), available=("en", "fr")), item(film())], "next": None},
            "/v1/issues": {"items": [item(issue())], "next": None},
            f"/v1/tools/{COMIC_ID}": found(comic(), available=("en", "fr")),
            f"/v1/tools/{FILM_ID}": found(film()),
            f"/v1/tools/{ISSUE_ID}": found(issue()),
            "/v1/changes": {"items": [], "next_cursor": 0, "more": False},
        }
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.path, 404)
        if answer is None:
            raise httpx.ConnectError("nobody listens", request=request)
        if isinstance(answer, int):
            return httpx.Response(answer, json={"status": answer})
        etag = f'"{abs(hash(json.dumps(answer)))}"'
        if request.headers.get("If-None-Match") == etag:
            return httpx.Response(304, headers={"ETag": etag})
        return httpx.Response(200, json=answer, headers={"ETag": etag})


@pytest.fixture(scope="module", autouse=True)
def _translations() -> None:
    compile_all()


@pytest.fixture
def delivery() -> Delivery:
    return Delivery()


@pytest.fixture
def api(delivery: Delivery) -> PartnerApi:
    return PartnerApi(API, client=httpx.Client(transport=httpx.MockTransport(delivery)))


@pytest.fixture
def site(api: PartnerApi) -> Application:
    return application(api)


@pytest.fixture
def page(site: Application) -> Callable[..., str]:
    def get(path: str, language: str = "en", status: int = 200) -> str:
        answer = site.answer(Request("GET", path, {"lang": language}))
        assert answer.status == status
        return answer.body.decode()

    return get


def test_the_home_lists_the_tools_with_their_languages(page: Callable[..., str]) -> None:
    home = page("/")

    assert f'href="/tools/{COMIC_ID}?lang=en">No shield</a>' in home
    assert "<bdi>English</bdi><bdi>Français</bdi>" in home
    assert "Two friends &amp; a phone." in home
    assert "Not in your language yet" not in home


def test_a_tool_in_another_language_says_so(page: Callable[..., str]) -> None:
    home = page("/", "ar")

    assert '<html lang="ar" dir="rtl">' in home
    assert "غير متوفر بلغتك بعد؛ يُعرض باللغة:" in home
    assert '<h3 lang="en" dir="ltr">' in home


def test_a_comic_reads_panel_by_panel_with_its_words_as_text(page: Callable[..., str]) -> None:
    comic_page = page(f"/tools/{COMIC_ID}")

    assert comic_page.index("Thursday.") < comic_page.index('alt="A girl on a bed."') < comic_page.index("a joke.")
    assert "It’s &lt;only&gt; a joke." in comic_page
    assert comic_page.count('<li class="panel"') == 2
    assert f'<source type="image/avif" srcset="{API}/files/960.avif 960w, {API}/files/320.avif 320w"' in comic_page
    assert f'<img src="{API}/files/960.jpeg"' in comic_page
    assert f'href="/tools/{COMIC_ID}?lang=fr" lang="fr"' in comic_page


def test_a_film_plays_natively_with_captions(page: Callable[..., str]) -> None:
    film_page = page(f"/tools/{FILM_ID}")

    hls = f'<source src="{API}/files/master.m3u8" type="application/vnd.apple.mpegurl">'
    assert film_page.index(hls) < film_page.index(f'<source src="{API}/files/film.mp4" type="video/mp4">')
    assert f'<track kind="captions" src="{API}/files/en.vtt" srclang="en" label="English" default>' in film_page
    assert "<bdi>1:05</bdi>" in film_page
    assert "<script" not in film_page


def test_an_issue_leads_to_its_tools(page: Callable[..., str]) -> None:
    issue_page = page(f"/tools/{ISSUE_ID}", "fr")

    assert "décembre 2014" in issue_page
    assert f'href="/tools/{COMIC_ID}?lang=fr" lang="fr">Lire la BD</a>' in issue_page


def test_a_recalled_tool_is_withdrawn_here_too(delivery: Delivery, page: Callable[..., str]) -> None:
    assert "No shield" in page(f"/tools/{COMIC_ID}")
    delivery.answers[f"/v1/tools/{COMIC_ID}"] = 410

    withdrawn = page(f"/tools/{COMIC_ID}", status=410)

    assert "This tool was withdrawn." in withdrawn
    assert "No shield" not in withdrawn


@pytest.mark.parametrize("path", [f"/tools/{COMIC_ID}0", "/tools/x", "/nowhere"])
def test_what_is_not_there_is_said_plainly(page: Callable[..., str], path: str) -> None:
    assert "There is nothing here." in page(path, status=404)


@pytest.mark.parametrize("answer", [None, 500, 429])
def test_no_answer_is_said_plainly_and_nothing_old_is_shown(
    delivery: Delivery, page: Callable[..., str], answer: int | None
) -> None:
    page("/")
    delivery.answers["/v1/tools"] = answer

    away = page("/", status=503)

    assert "The tools can’t be reached just now." in away
    assert "No shield" not in away


def test_an_answer_is_kept_and_revalidated(delivery: Delivery, page: Callable[..., str]) -> None:
    page(f"/tools/{COMIC_ID}")
    page(f"/tools/{COMIC_ID}")

    assert "If-None-Match" not in delivery.asked[0].headers
    assert "If-None-Match" in delivery.asked[1].headers
    assert len(delivery.asked) == 2


def test_a_visitor_who_has_the_page_gets_304(site: Application) -> None:
    first = site.answer(Request("GET", f"/tools/{COMIC_ID}"))

    again = site.answer(Request("GET", f"/tools/{COMIC_ID}", if_none_match=first.headers["ETag"]))

    assert (again.status, again.body) == (304, b"")


def test_no_cookie_and_no_foreign_script(site: Application) -> None:
    headers: dict[str, Any] = {}

    def start(status: str, sent: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
        headers.update(sent)
        return lambda data: None

    list(site({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": None}, start))

    assert "Set-Cookie" not in headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert f"media-src {API};" in headers["Content-Security-Policy"]


def test_the_key_is_presented_once_the_partner_has_one(delivery: Delivery, folder: Path) -> None:
    keys = folder / "keys.json"
    api = PartnerApi(API, keys=keys, client=httpx.Client(transport=httpx.MockTransport(delivery)))

    api.tools(locales=("en",))
    keys.write_text('{"api_key": "mis_key"}')
    api.tools(locales=("fr",))

    assert "Authorization" not in delivery.asked[0].headers
    assert delivery.asked[1].headers["Authorization"] == "Bearer mis_key"


def ready(site: Application) -> Response:
    return site.answer(Request("GET", "/readyz"))


def test_it_is_ready_only_while_the_api_answers(delivery: Delivery, site: Application) -> None:
    assert ready(site).status == 200
    delivery.answers["/v1/changes"] = None

    assert ready(site).status == 503
    assert json.loads(ready(site).body)["missing"] == ["The partner API does not answer."]
