"""Does an S3 server take the parts of a file from a browser that was given signed URLs, and nothing else?"""

import base64
import hashlib
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation.storage import private_store
from foundation.storage.parts import (
    LEAST_PART_BYTES,
    Part,
    PartsGone,
    PartsRefused,
    abort,
    arrived,
    begin,
    complete,
    signed_url,
    taking_parts,
    unfinished,
)
from foundation.storage.s3 import S3Store
from tests.foundation.waiting import wait_until
from tests.servers.seaweedfs import ACCESS_KEY, SECRET_KEY, SeaweedFS

KEY = "masters/one/master"
FIRST = b"\0\0\0\x18ftyp" + bytes(LEAST_PART_BYTES - 8)
LAST = b"the end"


@pytest.fixture(scope="session")
def bucket(s3_server: SeaweedFS) -> S3Store:
    bucket = S3Store(
        endpoint_url=f"http://127.0.0.1:{s3_server.port}",
        bucket_name=f"parts-{uuid4().hex[:12]}",
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        region_name="us-east-1",
    )
    bucket.client.create_bucket(Bucket=bucket.bucket_name)
    return bucket


@pytest.fixture(scope="module")
def line() -> Iterator[httpx.Client]:
    """What a browser has: no key, only URLs."""
    with httpx.Client(timeout=60, trust_env=False) as client:
        yield client


def test_a_file_arrives_in_parts_of_any_order(bucket: S3Store, line: httpx.Client) -> None:
    upload_id = begin(bucket, KEY)
    before = arrived(bucket, KEY, upload_id)

    statuses = [
        line.put(signed_url(bucket, KEY, upload_id, number, expires_s=60), content=content).status_code
        for number, content in ((2, LAST), (1, FIRST))
    ]
    parts = arrived(bucket, KEY, upload_id)
    complete(bucket, KEY, upload_id, parts)

    assert before == ()
    assert statuses == [200, 200]
    assert [(part.number, part.size_bytes) for part in parts] == [(1, len(FIRST)), (2, len(LAST))]
    assert parts[0].etag.strip('"') == hashlib.md5(FIRST, usedforsecurity=False).hexdigest()
    assert content_of(bucket, KEY) == FIRST + LAST


def test_of_a_part_that_was_sent_twice_the_later_one_counts(bucket: S3Store, line: httpx.Client) -> None:
    upload_id = begin(bucket, KEY)
    line.put(signed_url(bucket, KEY, upload_id, 1, expires_s=60), content=b"an older end")
    second = int(time.time())
    wait_until(lambda: int(time.time()) > second)  # S3 tells times by the second
    line.put(signed_url(bucket, KEY, upload_id, 1, expires_s=60), content=LAST)

    parts = arrived(bucket, KEY, upload_id)
    complete(bucket, KEY, upload_id, parts)

    assert [(part.number, part.size_bytes) for part in parts] == [(1, len(LAST))]
    assert content_of(bucket, KEY) == LAST


def test_what_is_complete_or_was_never_begun_has_no_parts(bucket: S3Store, line: httpx.Client) -> None:
    upload_id = begin(bucket, KEY)
    url = signed_url(bucket, KEY, upload_id, 1, expires_s=60)
    line.put(url, content=LAST)
    complete(bucket, KEY, upload_id, arrived(bucket, KEY, upload_id))

    late = line.put(url, content=b"something else")

    assert late.status_code == 404
    with pytest.raises(PartsGone):
        arrived(bucket, KEY, upload_id)
    with pytest.raises(PartsGone):
        arrived(bucket, KEY, "0" * 40)
    assert content_of(bucket, KEY) == LAST


def test_a_part_that_is_another_by_now_completes_nothing(bucket: S3Store, line: httpx.Client) -> None:
    key = f"masters/{uuid4()}/master"
    upload_id = begin(bucket, key)
    line.put(signed_url(bucket, key, upload_id, 1, expires_s=60), content=LAST)

    with pytest.raises(PartsRefused):
        complete(bucket, key, upload_id, [Part(1, len(LAST), '"' + "0" * 32 + '"')])

    assert len(arrived(bucket, key, upload_id)) == 1
    assert [each.upload_id for each in unfinished(bucket, key)] == [upload_id]


def test_an_aborted_upload_leaves_nothing(bucket: S3Store, line: httpx.Client) -> None:
    key = f"masters/{uuid4()}/master"
    upload_id = begin(bucket, key)
    url = signed_url(bucket, key, upload_id, 1, expires_s=60)
    line.put(url, content=LAST)

    abort(bucket, key, upload_id)
    abort(bucket, key, upload_id)

    assert list(unfinished(bucket, key)) == []
    assert line.put(url, content=LAST).status_code == 404


@pytest.mark.parametrize(
    ("word", "other"),
    [("masters/one", "masters/two"), ("partNumber=1", "partNumber=2"), ("Expires=60", "Expires=600"), ("-", "_")],
)
def test_a_signed_url_is_for_one_part_of_one_file(bucket: S3Store, line: httpx.Client, word: str, other: str) -> None:
    upload_id = begin(bucket, KEY)
    url = signed_url(bucket, KEY, upload_id, 1, expires_s=60)
    bent = url.replace(word, other) if word != "-" else url.replace(upload_id, begin(bucket, KEY))

    refused = line.put(bent, content=LAST)

    assert bent != url
    assert refused.status_code == 403
    assert arrived(bucket, KEY, upload_id) == ()


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST", "HEAD"])
def test_a_signed_url_is_for_sending_only(bucket: S3Store, line: httpx.Client, method: str) -> None:
    upload_id = begin(bucket, KEY)

    refused = line.request(method, signed_url(bucket, KEY, upload_id, 1, expires_s=60))

    assert refused.status_code == 403
    assert arrived(bucket, KEY, upload_id) == ()


def test_a_signed_url_is_for_a_short_time(bucket: S3Store, line: httpx.Client) -> None:
    upload_id = begin(bucket, KEY)
    url = signed_url(bucket, KEY, upload_id, 1, expires_s=1)

    wait_until(lambda: line.put(url, content=LAST).status_code == 403)

    assert line.put(url, content=LAST).status_code == 403


def test_bytes_that_changed_on_their_way_are_refused(bucket: S3Store, line: httpx.Client) -> None:
    upload_id = begin(bucket, KEY)
    sha256 = base64.b64encode(hashlib.sha256(LAST).digest()).decode()
    url = signed_url(bucket, KEY, upload_id, 1, expires_s=60, sha256=sha256)
    header = {"x-amz-checksum-sha256": sha256}

    changed = line.put(url, content=b"the ent", headers=header)
    unsaid = line.put(url, content=b"the ent")
    between = arrived(bucket, KEY, upload_id)
    whole = line.put(url, content=LAST, headers=header)

    assert (changed.status_code, unsaid.status_code, whole.status_code) == (400, 403, 200)
    assert between == ()
    assert len(arrived(bucket, KEY, upload_id)) == 1


def test_urls_are_signed_for_the_address_of_browsers(bucket: S3Store, settings: Any, line: httpx.Client) -> None:
    port = bucket.endpoint_url.rpartition(":")[2]
    settings.STORAGE_BROWSER_URL = "https://uploads.example.org"

    url = signed_url(bucket, KEY, begin(bucket, KEY), 1, expires_s=60)
    misdirected = line.put(url.replace("https://uploads.example.org", f"http://127.0.0.1:{port}"), content=LAST)

    assert url.startswith(f"https://uploads.example.org/{bucket.bucket_name}/{KEY}?")
    assert misdirected.status_code == 403


def test_a_proxy_that_keeps_the_host_may_stand_before_the_store(
    bucket: S3Store, settings: Any, line: httpx.Client
) -> None:
    settings.STORAGE_BROWSER_URL = "https://uploads.example.org"
    upload_id = begin(bucket, KEY)
    url = signed_url(bucket, KEY, upload_id, 1, expires_s=60)

    inner = url.replace("https://uploads.example.org", bucket.endpoint_url)
    answer = line.put(inner, content=LAST, headers={"Host": "uploads.example.org"})

    assert answer.status_code == 200
    assert len(arrived(bucket, KEY, upload_id)) == 1


@pytest.mark.usefixtures("folders")
def test_a_folder_takes_no_parts(bucket: S3Store) -> None:
    assert taking_parts(private_store()) is None
    assert taking_parts(bucket) is bucket


def content_of(bucket: S3Store, key: str) -> bytes:
    with bucket.read(key) as blocks:
        return b"".join(blocks)
