"""Do readers behind nginx get what the delivery process would say: files of the store, answers, and recalls at once?

A real nginx before the delivery process and a real S3 server.
"""

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from cms.partners.actions import make_key
from cms.partners.models import Partner
from cms.releases.actions import recall
from foundation.jobs.worker import run_until_idle
from foundation.storage import public_store, put
from tests.cms.films.direct import make_buckets, use_buckets
from tests.cms.releases.payloads import NOW, public_file, released
from tests.foundation.waiting import wait_until
from tests.servers.nginx import Doors, running_nginx
from tests.servers.seaweedfs import SeaweedFS
from tests.servers.seaweedfs import s3_server as s3_server

pytestmark = pytest.mark.django_db(transaction=True)
RECALL_LIMIT_S = 5.0
"""Within so many seconds no reader gets what was recalled (docs/adr/0015)."""


@dataclass(frozen=True)
class Reader:
    """Somebody before nginx, who can also ask the delivery process directly."""

    doors: Doors
    client: httpx.Client
    delivery: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(self.doors.url("delivery", path), headers=headers)

    def directly(self, path: str) -> httpx.Response:
        return self.client.get(self.delivery + path)

    def cache(self, answer: httpx.Response) -> str:
        """Return what became of this answer in the cache: MISS, HIT, or nothing at all. The line comes after it."""
        wait_until(lambda: answer.headers["X-Request-ID"] in self.doors.logged())
        lines = map(json.loads, self.doors.logged().splitlines())
        return next(str(line["cache"]) for line in lines if line["request_id"] == answer.headers["X-Request-ID"])


@pytest.fixture
def delivery(api: Client) -> Iterator[str]:
    """Where the delivery process listens, with its own middleware."""
    server = LiveServer("127.0.0.1")
    yield str(server.url)
    server.stop()


@pytest.fixture
def reader(delivery: str, s3_server: SeaweedFS, settings: Any) -> Iterator[Reader]:
    use_buckets(s3_server, settings)
    make_buckets(upload_origins=["https://editing.example"])
    store = f"http://127.0.0.1:{s3_server.port}"
    with running_nginx(delivery=delivery, s3=store, bucket="films-public") as doors:
        trusted = ssl.create_default_context(cafile=doors.certificate)
        with httpx.Client(verify=trusted, trust_env=False) as client:
            yield Reader(doors, client, delivery)


def test_a_file_comes_from_the_store_with_the_words_of_the_delivery_process(reader: Reader) -> None:
    content = b"0123456789" * 250_000  # three slices
    file = public_file(content, name=f"sha256/01/{uuid4().hex}.jpg")
    released(files=(file,))

    whole, direct = reader.get(f"/files/{file.key}"), reader.directly(f"/files/{file.key}")
    across = reader.get(f"/files/{file.key}", Range="bytes=1048570-1048589")
    again = reader.get(f"/files/{file.key}", **{"If-None-Match": whole.headers["ETag"]})

    assert (whole.status_code, whole.content) == (200, content)
    assert (across.status_code, across.content) == (206, content[1048570:1048590])
    assert across.headers["Content-Range"] == "bytes 1048570-1048589/2500000"
    assert again.status_code == 304
    own = {"date", "server", "connection", "etag", "last-modified", "x-request-id", "content-length"}
    said = {name: value for name, value in whole.headers.items() if name not in own}
    assert said == {name: value for name, value in direct.headers.items() if name not in own}


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "not-yet-deleted"])
def test_a_recall_is_seen_at_once_in_answers_and_files(reader: Reader, is_deleted: bool) -> None:
    tool_id = uuid4()
    file = public_file(name=f"sha256/02/{uuid4().hex}.jpg")
    released(tool_id, files=(file,))
    addresses = (f"/files/{file.key}", f"/v1/tools/{tool_id}", f"/v1/tools/{tool_id}/releases/en/1")
    assert [reader.get(address).status_code for address in addresses] == [200, 200, 200]

    recall(tool_id, scope="tool", reason="Somebody withdrew.", by=None, at=NOW + timedelta(minutes=1))
    run_until_idle()
    if not is_deleted:
        put(public_store(), file.key, [b"pixels"])  # as when no worker had come to it

    for address in addresses:
        wait_until(lambda one=address: reader.get(one).status_code == 410, limit_s=RECALL_LIMIT_S)  # type: ignore[misc]
    assert public_store().exists(file.key) is not is_deleted


def test_a_file_that_never_was_is_answered_by_the_delivery_process(reader: Reader) -> None:
    missing = reader.get("/files/sha256/03/nothing.jpg")

    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json")


def test_an_answer_for_all_is_kept_and_one_for_a_partner_is_not(reader: Reader) -> None:
    released(title="Behind the screen")
    partner = Partner.objects.create(name="A school", site_url="https://school.example/")
    _, key = make_key(partner, label="website", at=NOW)
    seen: list[tuple[int, str]] = []

    def ask(**headers: str) -> None:
        answer = reader.get("/v1/tools?limit=7", **headers)
        seen.append((answer.status_code, reader.cache(answer)))

    ask(Authorization=f"Bearer {key}")
    ask()
    ask()
    ask(Authorization="Bearer nobody")
    ask()

    assert seen == [(200, ""), (200, "MISS"), (200, "HIT"), (401, ""), (200, "HIT")]


def test_a_pinned_release_keeps_the_hash_of_its_bytes_as_validator(reader: Reader) -> None:
    release = released()
    address = f"/v1/tools/{release.tool_id}/releases/en/1"

    partner = Partner.objects.create(name="A school", site_url="https://school.example/")
    _, key = make_key(partner, label="website", at=NOW)

    pinned = reader.get(address, **{"Accept-Encoding": "gzip"})
    with_key = reader.get(address, **{"Accept-Encoding": "gzip", "Authorization": f"Bearer {key}"})
    described = reader.get("/v1/openapi.json", **{"Accept-Encoding": "gzip"})

    for answer in (pinned, with_key):
        assert answer.headers["ETag"] == f'"{release.sha256}"'
        assert "Content-Encoding" not in answer.headers
    assert described.headers["Content-Encoding"] == "gzip"


def test_the_feed_has_a_recall_the_moment_it_happened(reader: Reader) -> None:
    release = released()
    before = reader.get("/v1/changes").json()["items"]

    recall(release.tool_id, scope="tool", reason="Somebody withdrew.", by=None, at=NOW + timedelta(minutes=1))
    after = reader.get("/v1/changes").json()["items"]

    assert [item["type"] for item in after] == [*(item["type"] for item in before), "recalled"]


def test_a_kept_answer_says_nothing_of_who_asked_first(reader: Reader) -> None:
    released()

    first = reader.get("/v1/tools?limit=8", **{"X-Request-ID": "of-the-first-reader"})
    second = reader.get("/v1/tools?limit=8", **{"X-Request-ID": "of-the-second-reader"})

    assert reader.cache(second) == "HIT"
    assert (first.headers["ETag"], first.content) == (second.headers["ETag"], second.content)
    assert second.headers["X-Request-ID"] == "of-the-second-reader"
    assert "RateLimit" not in second.headers
