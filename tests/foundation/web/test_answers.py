"""How do refusals, keys, health and calls between the deployables look?"""

import json
from pathlib import Path

import httpx
import pytest
from django.core.files.storage import storages
from django.db import OperationalError, connection
from django.test import Client, override_settings

from foundation.storage.files import FileStore
from foundation.web import checks
from foundation.web.client import service_client
from foundation.web.keys import public
from foundation.web.problems import problem
from foundation.web.requests import request_id_scope
from tests.foundation.events.conftest import OtherSide
from tests.foundation.events.conftest import other_side as other_side
from tests.foundation.example.urls import guarded, hello


def test_a_problem_is_what_rfc_9457_says() -> None:
    response = problem(422, "Unknown list", "There is no list x; see /v1/lists.", slug="x", type="/problems/list")

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert json.loads(response.content) == {
        "type": "/problems/list",
        "title": "Unknown list",
        "status": 422,
        "detail": "There is no list x; see /v1/lists.",
        "slug": "x",
    }


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_service_with_the_key_comes_in_without_a_csrf_token(scheme: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"{scheme} a key of the tests"})

    assert client.post("/guarded").content == b"welcome"


@pytest.mark.parametrize(
    "presented",
    ["", "Bearer", "Bearer ", "Bearer another", "Basic a key of the tests", "Bearer ü", "a key of the tests"],
)
def test_anybody_else_stays_out(client: Client, presented: str) -> None:
    response = client.get("/guarded", headers={"Authorization": presented})

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("configured", ["", None])
def test_a_key_that_is_not_configured_lets_nobody_in(client: Client, configured: str | None) -> None:
    with override_settings(EXAMPLE_KEY=configured):
        assert client.get("/guarded", headers={"Authorization": "Bearer "}).status_code == 401
        assert client.get("/guarded", headers={"Authorization": "Bearer None"}).status_code == 401


def test_a_view_says_who_may_call_it() -> None:
    assert vars(hello)["is_public"] is True
    assert vars(guarded)["service_key"] == "EXAMPLE_KEY"
    assert public(hello) is hello


def test_a_process_says_that_it_lives(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json(), response["Cache-Control"]) == (200, {"status": "alive"}, "no-store")


@pytest.mark.django_db
def test_a_process_that_lacks_nothing_is_ready(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ready", "missing": []})


def test_a_process_says_what_it_lacks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", fail)
    monkeypatch.setattr(connection, "close", lambda: None)
    checks._require_migrations.cache_clear()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unready",
        "missing": [
            "The database doesn't answer; check DATABASE_URL and that the server runs.",
            "The database can't tell which migrations are applied.",
        ],
    }


def test_a_store_that_can_t_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.private_store_writable() is None
    assert checks.public_store_writable() is None
    blocked = tmp_path / "file"
    blocked.touch()

    monkeypatch.setitem(vars(storages)["_storages"], "private", FileStore(location=blocked / "store"))

    expected = "The private store can't be written; check STORAGE_URL and the permissions of its folder."
    assert checks.private_store_writable() == expected


def test_a_call_carries_key_and_request_id_and_follows_no_redirect(other_side: OtherSide) -> None:
    other_side.answers = [(307, {"Location": "/elsewhere"})]

    with service_client(other_side.url, "the key") as client, request_id_scope("from-a-browser"):
        response = client.post("/v1/jobs", json={})

    assert response.status_code == 307
    (heard,) = other_side.heard
    assert heard.path == "/hooks/v1/jobs"
    assert heard.headers["authorization"] == "Bearer the key"
    assert heard.headers["x-request-id"] == "from-a-browser"


def test_a_call_without_a_key_presents_none(other_side: OtherSide) -> None:
    with service_client(other_side.url) as client:
        client.post("/")

    assert "authorization" not in other_side.heard[0].headers


def test_a_call_is_not_sent_through_a_proxy(monkeypatch: pytest.MonkeyPatch, other_side: OtherSide) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with service_client(other_side.url, timeout_s=2) as client:
        assert client.post("/").status_code == 204
        assert client.timeout == httpx.Timeout(2)
