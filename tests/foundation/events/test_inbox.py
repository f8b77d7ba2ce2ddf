"""Is a webhook heard once, and only from who holds the secret?"""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from standardwebhooks.webhooks import Webhook

from foundation.events.models import InboxMessage
from foundation.events.sending import signed_headers
from foundation.events.views import LONGEST_BODY_BYTES
from tests.foundation.events.conftest import AT, SECRET, TOOL, recalled
from tests.foundation.example.models import Trace

pytestmark = pytest.mark.django_db


def body_of(cursor: int = 1, **changes: object) -> str:
    envelope = {
        "type": "release.recalled",
        "timestamp": AT.isoformat(),
        "data": recalled(cursor).model_dump(mode="json"),
    }
    return json.dumps(envelope | changes)


def post(body: str, headers: dict[str, str] | None = None, *, source: str = "sender") -> HttpResponse:
    signed = signed_headers("msg_1", body, SECRET, at=datetime.now(UTC))
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    chosen = signed if headers is None else headers
    response = client.post(f"/hooks/{source}", body, content_type="application/json", headers=chosen)
    return cast(HttpResponse, response)


def signed_but(**changes: str) -> Callable[[str], dict[str, str]]:
    def headers(body: str) -> dict[str, str]:
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        return signed_headers("msg_1", body, SECRET, at=datetime.now(UTC)) | changed

    return headers


def signed_at(offset: timedelta) -> Callable[[str], dict[str, str]]:
    return lambda body: signed_headers("msg_1", body, SECRET, at=datetime.now(UTC) + offset)


def traces() -> list[str]:
    return list(Trace.objects.values_list("what", flat=True))


def test_a_signed_event_is_heard_and_has_its_effect() -> None:
    response = post(body_of())

    assert (response.status_code, response.content) == (200, b'{"status": "heard"}')
    assert traces() == [f"recalled {TOOL}"]
    message = InboxMessage.objects.get()
    assert (message.source, message.webhook_id, message.type) == ("sender", "msg_1", "release.recalled")


def test_an_event_heard_again_has_no_effect() -> None:
    post(body_of())

    response = post(body_of())

    assert (response.status_code, response.content) == (200, b'{"status": "duplicate"}')
    assert traces() == [f"recalled {TOOL}"]


def test_an_event_whose_effect_fails_is_not_heard_and_can_come_again() -> None:
    assert post(body_of(666)).status_code == 500

    assert not InboxMessage.objects.exists()
    assert not traces()
    assert post(body_of(1)).content == b'{"status": "heard"}'


@pytest.mark.parametrize(
    "headers",
    [
        lambda body: {},
        signed_but(webhook_id="msg_2"),
        signed_but(webhook_timestamp="yesterday"),
        signed_but(webhook_signature="v1,c29tZXRoaW5n"),
        signed_but(webhook_signature="nonsense"),
        signed_but(webhook_signature="v1,ü"),
        lambda body: signed_headers("msg_1", body + " ", SECRET, at=datetime.now(UTC)),
        lambda body: signed_headers("msg_1", body, "whsec_b3RoZXI=", at=datetime.now(UTC)),
        signed_at(timedelta(minutes=-6)),
        signed_at(timedelta(minutes=6)),
    ],
    ids=[
        "unsigned",
        "another-id",
        "no-time",
        "wrong-signature",
        "malformed-signature",
        "not-ascii",
        "another-body",
        "another-secret",
        "too-old",
        "too-new",
    ],
)
def test_what_is_not_genuine_is_refused(headers: Callable[[str], dict[str, str]]) -> None:
    body = body_of()

    response = post(body, headers(body))

    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(response.content)["title"] == "Signature refused"
    assert not InboxMessage.objects.exists()
    assert not traces()


def test_a_second_signature_is_enough_while_secrets_change() -> None:
    body = body_of()
    headers = signed_headers("msg_1", body, SECRET, at=datetime.now(UTC))
    headers["webhook-signature"] = "v1,c29tZXRoaW5n " + headers["webhook-signature"]

    assert post(body, headers).status_code == 200


def test_a_source_that_is_not_configured_is_unknown() -> None:
    assert post(body_of(), source="stranger").status_code == 404
    assert not traces()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        body_of(type="release.rumoured"),
        body_of(data={"cursor": 1}),
        body_of(timestamp="2026-11-20T12:30:00"),
        body_of(surprise=1),
    ],
    ids=["empty", "a-list", "broken", "unknown-type", "another-shape", "time-without-zone", "unknown-field"],
)
def test_what_is_signed_but_no_event_is_refused_with_a_reason(body: str) -> None:
    response = post(body)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert not InboxMessage.objects.exists()


def test_an_event_nobody_here_receives_is_noted_and_ignored() -> None:
    data = {
        "cursor": 1,
        "tool_id": str(TOOL),
        "kind": "comic",
        "locale": "fr",
        "number": 1,
        "sha256": "0" * 64,
        "change_class": "typo",
        "released_at": AT.isoformat(),
    }

    assert post(body_of(type="release.created", data=data)).content == b'{"status": "ignored"}'
    assert InboxMessage.objects.count() == 1


def test_an_id_longer_than_any_sender_s_is_refused() -> None:
    body = body_of()
    headers = signed_headers("m" * 300, body, SECRET, at=datetime.now(UTC))

    assert post(body, headers).status_code == 422
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize("length", [LONGEST_BODY_BYTES + 1, 4 * LONGEST_BODY_BYTES])
def test_a_body_too_large_is_refused_before_it_is_looked_at(length: int) -> None:
    response = post("x" * length)

    assert response.status_code == 413
    assert not InboxMessage.objects.exists()


def test_only_post_is_answered(client: Client) -> None:
    assert client.get("/hooks/sender").status_code == 405


def test_a_signature_names_the_second_it_was_made_in() -> None:
    at = datetime(2026, 11, 20, 13, 30, 0, 999_999, tzinfo=UTC)

    headers = signed_headers("msg_1", "{}", SECRET, at=at)

    assert headers["webhook-timestamp"] == str(int(at.timestamp()))
    assert headers["webhook-signature"] == Webhook(SECRET).sign("msg_1", at, "{}")


@pytest.mark.django_db(transaction=True)
def test_the_same_event_arriving_twice_at_once_has_one_effect() -> None:
    body, start, answers = body_of(), threading.Barrier(4), []

    def arrive() -> None:
        start.wait()
        answers.append(post(body).content)
        connection.close()

    threads = [threading.Thread(target=arrive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [b'{"status": "duplicate"}'] * 3 + [b'{"status": "heard"}']
    assert traces() == [f"recalled {TOOL}"]
