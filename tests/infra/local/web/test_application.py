"""Does a small site answer over a real socket, whatever is asked?"""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.places import address
from infra.local.web.application import Application, Request, Response
from infra.local.web.server import listening


def _fail(request: Request) -> Response:
    raise RuntimeError("a defect")


@pytest.fixture
def site(folder: Path, free_port: int) -> Iterator[httpx.Client]:
    (folder / "site.css").write_text("body {}")
    (folder / "secret.txt").write_text("private")
    app = Application(static=folder, headers={"X-Content-Type-Options": "nosniff"}, ready=lambda: "No tea.")
    app.route("POST", "/echo/<word>", lambda request, word: Response(f"{word} {request.form['name']}".encode()))
    app.route("GET", "/broken", _fail)
    with listening(app, free_port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with httpx.Client(base_url=address(free_port), trust_env=False) as client:
            yield client
        server.shutdown()
        thread.join()


def test_a_form_is_read_and_answered(site: httpx.Client) -> None:
    answer = site.post("/echo/été", data={"name": "Noor & Elias"})

    assert (answer.status_code, answer.text) == (200, "été Noor & Elias")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_method_that_does_not_fit_names_the_one_that_does(site: httpx.Client) -> None:
    answer = site.get("/echo/x")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_head_is_answered_like_get_without_its_body(site: httpx.Client) -> None:
    answer = site.head("/static/site.css")

    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "7")


@pytest.mark.parametrize("path", ["/static/secret.txt", "/static/%2e%2e%2fsecret.txt", "/static/"])
def test_only_static_files_are_served_from_the_folder(site: httpx.Client, path: str) -> None:
    assert site.get(path).status_code == 404


def test_a_static_file_is_revalidated(site: httpx.Client) -> None:
    etag = site.get("/static/site.css").headers["ETag"]

    assert site.get("/static/site.css", headers={"If-None-Match": f'"other", {etag}'}).status_code == 304


def test_a_defect_is_told_without_its_details(site: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    answer = site.get("/broken")

    assert (answer.status_code, answer.text) == (500, "Something went wrong.")
    assert "RuntimeError: a defect" in capfd.readouterr().err


def test_it_says_what_is_missing(site: httpx.Client) -> None:
    answer = site.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "missing": ["No tea."]})
