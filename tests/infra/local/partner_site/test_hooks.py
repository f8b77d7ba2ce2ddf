"""Does a partner believe signed messages only, and each of them once?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from infra.local.partner_site.api import PartnerApi
from infra.local.partner_site.site import application
from infra.local.secrets import make_secrets
from infra.local.web.application import Application, Request

SECRET = make_secrets().partner_webhook_secret
BODY = json.dumps({"type": "release.recalled", "timestamp": "2026-11-21T12:00:00Z", "data": {"cursor": 7}})


@pytest.fixture
def site(folder: Path) -> Application:
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"webhook_secret": SECRET}))
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(404)))
    return application(PartnerApi("http://127.0.0.1:1", client=client), keys=keys)


def signed(message_id: str, *, secret: str = SECRET, at: datetime | None = None, body: str = BODY) -> Request:
    moment = at or datetime.now(UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body),
    }
    return Request("POST", "/hooks/make-it-safe", body=body.encode(), headers=headers)


def heard(site: Application) -> list[str]:
    items = json.loads(site.answer(Request("GET", "/hooks/heard")).body)["items"]
    return [message["id"] for message in items]


def test_a_signed_message_is_heard(site: Application) -> None:
    assert site.answer(signed("msg_1")).status == 204
    assert heard(site) == ["msg_1"]


def test_the_same_message_again_changes_nothing(site: Application) -> None:
    site.answer(signed("msg_1"))

    assert site.answer(signed("msg_1")).status == 204
    assert heard(site) == ["msg_1"]


@pytest.mark.parametrize(
    "request_",
    [
        signed("msg_2", secret=make_secrets().partner_webhook_secret),
        signed("msg_2", at=datetime.now(UTC) - timedelta(hours=1)),
        Request("POST", "/hooks/make-it-safe", body=BODY.encode()),
    ],
    ids=["another secret", "too old", "unsigned"],
)
def test_what_is_not_rightly_signed_is_refused_and_not_heard(site: Application, request_: Request) -> None:
    assert site.answer(request_).status == 401
    assert heard(site) == []
