"""What surrounds every request?"""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from foundation.web.middleware import SecurityHeadersMiddleware
from foundation.web.requests import current_request_id, request_id_scope


def access_lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "foundation.web.middleware"]


def test_a_request_keeps_the_name_it_came_with(client: Client) -> None:
    response = client.get("/hello/x", headers={"X-Request-ID": "from-a-browser.1"})

    assert response["X-Request-ID"] == "from-a-browser.1"
    assert response.content == b"from-a-browser.1"


@pytest.mark.parametrize("malformed", ["", "short", "a" * 65, "with space", "new\nline-new-line", "ünïcödé-ünïcödé"])
def test_a_malformed_name_is_replaced(malformed: str) -> None:
    with request_id_scope(malformed) as request_id:
        assert len(request_id) == 32
        assert current_request_id() == request_id

    assert current_request_id() == ""


def test_scopes_nest() -> None:
    with request_id_scope("the-outer-one"):
        with request_id_scope("the-inner-one"):
            assert current_request_id() == "the-inner-one"
        assert current_request_id() == "the-outer-one"


def test_a_request_has_one_line_without_its_path(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "foundation.web.middleware")

    client.get("/hello/a-secret-token")

    (record,) = access_lines(caplog)
    fields = vars(record)
    assert (record.getMessage(), fields["method"], fields["route"], fields["status"]) == (
        "request",
        "GET",
        "hello",
        200,
    )
    assert fields["ms"] >= 0
    assert "a-secret-token" not in str(fields)


def test_being_asked_for_health_is_no_news(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "foundation.web.middleware")

    client.get("/healthz")

    assert access_lines(caplog) == []


def test_an_address_nobody_knows_has_a_line_too(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "foundation.web.middleware")

    client.get("/else/a-secret-token")

    assert [(vars(line)["route"], vars(line)["status"]) for line in access_lines(caplog)] == [("-", 404)]


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    for path in ("/hello/x", "/nowhere"):
        headers = client.get(path).headers

        assert headers["Content-Security-Policy"] == (
            "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_view_may_relax_its_policy(client: Client) -> None:
    assert client.get("/relaxed")["Content-Security-Policy"] == "default-src 'self' data:"


@override_settings(CONTENT_SECURITY_POLICY="default-src 'none'")
def test_a_deployable_may_have_its_own_policy() -> None:
    def respond(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    response = SecurityHeadersMiddleware(respond)(RequestFactory().get("/"))

    assert response["Content-Security-Policy"] == "default-src 'none'"
