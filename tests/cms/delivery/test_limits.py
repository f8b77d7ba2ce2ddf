"""Are readers told how much they may read, and held to it?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from cms.delivery.throttling import WINDOW_S, Counter
from cms.partners.actions import make_key, revoke_key
from cms.partners.models import Partner

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_reader_without_a_key_is_counted_by_address(api: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2

    answers = [api.get("/v1/changes") for _ in range(3)]
    other = api.get("/v1/changes", REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in (*answers, other)] == [200, 200, 429, 200]
    assert answers[0]["RateLimit-Policy"] == '"anonymous";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"anonymous";r=1;t=')
    assert answers[2]["RateLimit"].startswith('"anonymous";r=0;t=')
    assert 0 < int(answers[2]["Retry-After"]) <= WINDOW_S
    assert answers[2].json()["title"] == "Too many requests"


@pytest.mark.django_db
def test_a_key_raises_the_limit_until_it_is_revoked(api: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    key, text = make_key(Partner.objects.create(name="Child Focus"), label="site", at=NOW, requests_per_minute=70)
    headers = {"Authorization": f"Bearer {text}"}

    allowed = [api.get("/v1/changes", headers=headers) for _ in range(3)]
    revoke_key(key, at=NOW)
    refused = api.get("/v1/changes", headers=headers)

    assert [answer.status_code for answer in allowed] == [200, 200, 200]
    assert allowed[0]["RateLimit-Policy"] == '"key";q=70;w=60'
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Bearer mis_made-up", "Basic dXNlcjpwYXNz", "Bearer", "Bearer é"])
def test_a_key_that_isnt_one_is_refused(api: Client, header: str) -> None:
    response = api.get("/v1/changes", headers={"Authorization": header})

    assert response.status_code == 401


@pytest.mark.django_db
def test_behind_our_proxies_the_reader_is_whom_the_outermost_has_seen(api: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    settings.TRUSTED_PROXIES = 1

    first = api.get("/v1/changes", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.1"})
    forged = api.get("/v1/changes", headers={"X-Forwarded-For": "198.51.100.4, 192.0.2.1"})
    other = api.get("/v1/changes", headers={"X-Forwarded-For": "192.0.2.2"})

    assert [answer.status_code for answer in (first, forged, other)] == [200, 429, 200]


def test_a_window_ends_and_its_reader_is_forgotten() -> None:
    now = [0.0]
    counter = Counter(clock=lambda: now[0])
    assert [counter.take("a", "anonymous", 1).is_exceeded for _ in range(2)] == [False, True]

    now[0] = WINDOW_S

    assert not counter.take("a", "anonymous", 1).is_exceeded
