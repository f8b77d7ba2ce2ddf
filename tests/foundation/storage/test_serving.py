"""Does a stored file answer as RFC 9110 asks, in any part, without filling the memory?"""

import tracemalloc
from collections.abc import Iterator
from typing import cast

import pytest
from django.core.files.storage import storages
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from foundation.storage import delete_tree, private_store, put
from foundation.storage.serving import file_response

pytestmark = pytest.mark.django_db  # closing an answer lets Django look after its connections

FILM = bytes(range(256)) * 4  # 1024 bytes


@pytest.fixture(autouse=True, params=["file_stores", "s3_stores"])
def film(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(vars(storages)["_storages"], "private", request.getfixturevalue(request.param).private)
    put(private_store(), "film.mp4", [FILM])
    put(private_store(), "empty.mp4", [])
    yield
    delete_tree(private_store(), "film.mp4")


class Answer:
    """A response, read to its end and closed as a server does."""

    def __init__(self, response: HttpResponseBase) -> None:
        parts = cast("Iterator[bytes]", response)
        self.body = b"".join(parts)
        response.close()
        self.status, self.headers = response.status_code, response.headers


def get(key: str = "film.mp4", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(cast(HttpResponseBase, Client().get(f"/files/{key}", headers=named)))


def test_the_whole_file_is_sent_with_its_validators() -> None:
    response = get()

    assert (response.status, response.body) == (200, FILM)
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Content-Length"] == "1024"
    assert response.headers["ETag"] == '"the-tag"'
    assert response.headers["Cache-Control"] == "private, max-age=60"
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1000),
        ("bytes=1000-", 1000, 1024),
        ("bytes=1000-5000", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-5000", 0, 1024),
        ("BYTES= 10 - 19 ", 10, 20),
    ],
)
def test_a_part_is_sent_as_a_part(asked: str, start: int, stop: int) -> None:
    response = get(Range=asked)

    assert (response.status, response.body) == (206, FILM[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/1024"
    assert response.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused_with_the_length(asked: str) -> None:
    response = get(Range=asked)

    assert (response.status, response.headers["Content-Range"], response.body) == (416, "bytes */1024", b"")
    assert response.headers["ETag"] == '"the-tag"'


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-5", "bytes=-", "bytes=", "bytes=a-b", "lines=0-1", "0-1", "bytes=0-1,4-5", "bytes=0-" + "9" * 5000],
)
def test_what_is_no_single_range_is_ignored(asked: str) -> None:
    response = get(Range=asked)

    assert (response.status, response.body) == (200, FILM)


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"the-tag"', 206), ('W/"the-tag"', 200), ('"old-tag"', 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)],
)
def test_a_part_of_another_version_is_answered_whole(condition: str, status: int) -> None:
    assert get(Range="bytes=0-9", If_Range=condition).status == status


@pytest.mark.parametrize("condition", ['"the-tag"', 'W/"the-tag"', "*", '"a", "the-tag"', '"a,b","the-tag"'])
def test_what_the_reader_has_is_not_sent_again(condition: str) -> None:
    response = get(If_None_Match=condition, Range="bytes=0-9")

    assert (response.status, response.body, response.headers["ETag"]) == (304, b"", '"the-tag"')
    assert response.headers["Cache-Control"] == "private, max-age=60"


def test_what_the_reader_has_of_another_version_is_sent() -> None:
    assert get(If_None_Match='"the-tagged", "other"').status == 200


@pytest.mark.parametrize(("asked", "status", "length"), [(None, 200, "1024"), ("bytes=0-9", 206, "10")])
def test_head_answers_like_get_without_a_body(asked: str | None, status: int, length: str) -> None:
    response = Client().head("/files/film.mp4", headers={"Range": asked} if asked else {})

    assert (response.status_code, response["Content-Length"], response.content) == (status, length, b"")


@pytest.mark.parametrize("key", ["nothing.mp4", "..%2f..%2fetc%2fpasswd", ".tmp/x", "film.mp4/x"])
def test_what_is_not_there_is_not_found(key: str) -> None:
    assert get(key).status == 404


def test_an_empty_file_has_no_part() -> None:
    assert (get("empty.mp4").status, get("empty.mp4").body) == (200, b"")
    assert get("empty.mp4", Range="bytes=0-").status == 416


def test_a_file_deleted_while_it_is_sent_is_sent_whole() -> None:
    response = Client().get("/files/film.mp4")
    delete_tree(private_store(), "film.mp4")

    assert Answer(cast(HttpResponseBase, response)).body == FILM


@given(start=st.integers(0, 1100), length=st.integers(1, 1100))
def test_any_part_has_the_bytes_of_the_file(start: int, length: int) -> None:
    response = get(Range=f"bytes={start}-{start + length - 1}")

    expected = FILM[start : start + length]
    assert response.status == (206 if expected else 416)
    assert response.body == expected


def test_a_long_film_takes_little_memory() -> None:
    put(private_store(), "film.mp4", (b"x" * 1_000_000 for _ in range(64)))
    request = RequestFactory().get("/files/film.mp4")
    tracemalloc.start()

    response = file_response(
        request, private_store(), "film.mp4", media_type="video/mp4", etag="t", cache_control="no-store"
    )
    size = sum(len(block) for block in cast("Iterator[bytes]", response))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    response.close()
    assert size == 64_000_000
    assert peak < 1_000_000
