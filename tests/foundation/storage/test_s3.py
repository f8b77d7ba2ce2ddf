"""Does a store in buckets survive what happens between it and its server?"""

import hashlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile

from foundation.configuration import storages_from
from foundation.storage import (
    ContentChanged,
    StoreFull,
    StoreUnavailable,
    copy,
    delete_tree,
    put,
    s3,
    s3_client,
    s3_reading,
    s3_writing,
    sha256_of,
)
from foundation.storage.s3 import S3Store
from foundation.storage.s3_client import client_for, understood
from tests.foundation.storage.conftest import Pair
from tests.foundation.waiting import wait_until
from tests.servers.ports import free_port
from tests.servers.seaweedfs import SECRET_KEY, SeaweedFS
from tests.stores import bytes_of

MEGABYTE = 1 << 20
PIECES = [bytes([number]) * MEGABYTE for number in range(12)]
SHA256 = hashlib.sha256(b"".join(PIECES)).hexdigest()

WRITER = """
import sys
from foundation.configuration import storages_from
from foundation.storage.s3 import S3Store
from pathlib import Path

def forever():
    while True:
        yield b"x" * 1_000_000

options = storages_from(sys.argv[1], data_dir=Path(sys.argv[2]))["private"]["OPTIONS"]
store = S3Store(**options)
if sys.argv[3] == "write":
    store.write("film.mp4", forever())
with store.local_copy("film.mp4"):
    print("here", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(s3_stores: "Pair[S3Store]") -> S3Store:
    return s3_stores.private


@pytest.fixture
def url(store: S3Store, s3_server: SeaweedFS) -> str:
    return s3_server.url(store.bucket_name.removesuffix("-private"))


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process on the store, killed at the end."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.foundation.settings"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WRITER, *arguments], env=environment, **pipes) as process:
        yield process
        process.send_signal(signal.SIGKILL)


def unfinished(store: S3Store) -> list[str]:
    listed = store.client.list_multipart_uploads(Bucket=store.bucket_name)
    return [upload["Key"] for upload in listed.get("Uploads", ())]


def test_a_writer_that_is_killed_leaves_no_file_and_is_swept_up(
    store: S3Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "film.mp4", [b"old"])

    with started(url, str(tmp_path), "write"):
        wait_until(lambda: unfinished(store))
        seen = bytes_of(store, "film.mp4")

    assert seen == bytes_of(store, "film.mp4") == b"old"
    assert [file.key for file in store.keys("")] == ["film.mp4"]
    assert store.sweep(older_than_s=-1) == 0
    monkeypatch.setattr(s3, "UPLOADS_KEPT_FOR", timedelta(seconds=-5))
    assert store.sweep(older_than_s=-5) == 1
    assert unfinished(store) == []


def test_the_copy_of_a_reader_that_is_killed_is_swept_up_at_once(store: S3Store, url: str, tmp_path: Path) -> None:
    put(store, "film.mp4", [b"a film"])
    store.temporary_dir = str(tmp_path / "tmp")

    with started(url, str(tmp_path), "read") as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        (copied,) = (tmp_path / "tmp").iterdir()
        content, in_use = copied.read_bytes(), store.sweep(older_than_s=-1)

    assert (content, in_use) == (b"a film", 0)
    assert (store.sweep(older_than_s=-1), list((tmp_path / "tmp").iterdir())) == (1, [])


@pytest.mark.parametrize("chunks", [PIECES[:1], PIECES * 2])  # before, and after, the first part was sent
def test_a_writer_that_is_broken_off_leaves_nothing_to_sweep(store: S3Store, chunks: list[bytes]) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield from chunks
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(store, "film", breaking_off())

    assert unfinished(store) == []
    assert not store.exists("film")


def test_a_server_that_starts_again_interrupts_neither_writing_nor_reading(
    s3_server: SeaweedFS, store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_client, "ATTEMPTS", 13)  # however busy this machine is
    client_for.cache_clear()
    restart = Timer(0.5, s3_server.start)

    def interrupted() -> Iterator[bytes]:
        yield from PIECES[:5] * 4
        s3_server.kill()
        restart.start()
        yield from PIECES

    stored = put(store, "film.mp4", interrupted())
    restart.join()
    with store.read("film.mp4") as blocks:
        digest = hashlib.sha256(next(blocks))
        s3_server.kill()
        s3_server.start()
        for block in blocks:
            digest.update(block)

    assert (digest.hexdigest(), stored.size_bytes) == (stored.sha256, 32 * MEGABYTE)
    assert stored.sha256 == hashlib.sha256(b"".join(PIECES[:5] * 4 + PIECES)).hexdigest()


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_gone_is_said_and_worth_another_attempt(tmp_path: Path) -> None:
    url = f"s3://key:{SECRET_KEY}@127.0.0.1:{free_port()}/gone?tls=no"
    store = S3Store(**storages_from(url, data_dir=tmp_path)["private"]["OPTIONS"])
    advice = "The store for files doesn't answer. Try again in a few minutes"

    with pytest.raises(StoreUnavailable, match=advice) as unavailable:
        store.stat("a")

    assert unavailable.value.after_s > 0
    assert store.trouble() == "doesn't answer or refuses the key; check STORAGE_URL and that the S3 server runs."


def test_a_key_that_is_refused_is_said(s3_server: SeaweedFS, tmp_path: Path) -> None:
    url = s3_server.url("refused").replace(SECRET_KEY, "another-secret")
    store = S3Store(**storages_from(url, data_dir=tmp_path)["private"]["OPTIONS"])

    with pytest.raises(StoreUnavailable, match="refuses the key in STORAGE_URL"):
        store.write("a", [b"x"])


def test_buckets_that_were_never_made_are_said(s3_server: SeaweedFS, tmp_path: Path) -> None:
    store = S3Store(**storages_from(s3_server.url("never-made"), data_dir=tmp_path)["private"]["OPTIONS"])

    assert store.trouble() == "has no bucket never-made-private; run the command prepare_stores."


@pytest.mark.parametrize(
    ("status", "code", "error", "words"),
    [
        (507, "InsufficientStorage", StoreFull, "free some space"),
        (400, "XMinioStorageFull", StoreFull, "free some space"),
        (404, "NoSuchBucket", StoreUnavailable, "prepare_stores"),
        (503, "SlowDown", StoreUnavailable, "Try again"),
        (500, "InternalError", StoreUnavailable, "Try again"),
    ],
)
def test_what_a_server_refuses_is_said_with_what_to_do(
    status: int, code: str, error: type[Exception], words: str
) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    with pytest.raises(error, match=words), understood("a"):
        raise ClientError(answer, "PutObject")


@pytest.mark.usefixtures("impatient")
def test_secrets_are_in_no_message(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"s3://public-name:{SECRET_KEY}@127.0.0.1:{free_port()}/gone?tls=no"
    store = S3Store(**storages_from(url, data_dir=tmp_path)["private"]["OPTIONS"])
    caplog.set_level(logging.INFO)

    with pytest.raises(StoreUnavailable) as unavailable:
        store.write("a", [b"x"])
    logging.getLogger("foundation").error("in_trouble", exc_info=unavailable.value)

    assert "Could not connect" in caplog.text
    assert SECRET_KEY not in caplog.text
    assert SECRET_KEY not in repr(store)


def test_bytes_that_changed_on_the_way_are_refused_by_the_server(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = s3_writing._checked
    monkeypatch.setattr(s3_writing, "_checked", lambda data: checked(data) | {"Body": data[:-1] + b"?"})

    for content in ([b"small"], PIECES):
        with pytest.raises(Exception, match=r"BadDigest|refuses"):
            put(store, "film", content)

    assert not store.exists("film")
    assert unfinished(store) == []


@pytest.mark.parametrize("pieces", [[b"small"], PIECES])
def test_a_local_copy_that_differs_from_what_was_stored_is_refused(
    store: S3Store, pieces: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "film", pieces)
    read = s3_reading.ObjectStream.read
    monkeypatch.setattr(s3_reading.ObjectStream, "read", lambda self, size: bytes(len(read(self, size))))

    with pytest.raises(ContentChanged, match="did not arrive as it was stored"), store.local_copy("film"):
        pass
    with pytest.raises(ContentChanged):
        store.open("film")

    assert list(Path(store.temporary_dir).iterdir()) == []


def test_a_file_replaced_while_it_is_read_is_never_mixed(store: S3Store, s3_server: SeaweedFS) -> None:
    put(store, "film", PIECES)
    with store.read("film") as blocks:
        next(blocks)
        put(store, "film", reversed(PIECES))
        s3_server.kill()
        s3_server.start()

        with pytest.raises(ContentChanged, match="replaced while it was read"):
            list(blocks)


def test_a_long_file_is_copied_by_the_server_in_parts(
    s3_stores: "Pair[S3Store]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_writing, "COPIED_BYTES", 6 * MEGABYTE)
    put(s3_stores.private, "a.mp4", PIECES)

    copied = copy(s3_stores.private, "a.mp4", s3_stores.public, "b.mp4")

    assert (copied.sha256, sha256_of(s3_stores.public, "b.mp4")) == (SHA256, SHA256)
    assert unfinished(s3_stores.public) == []


def test_between_servers_a_copy_goes_through_this_process(s3_stores: "Pair[S3Store]", file_stores: Any) -> None:
    put(file_stores.private, "film.bin", PIECES)

    there = copy(file_stores.private, "film.bin", s3_stores.public, "b")
    back = copy(s3_stores.public, "b", file_stores.public, "c")

    assert (there.sha256, back.sha256) == (SHA256, SHA256)


def test_public_files_are_answered_as_the_delivery_process_answers_them(s3_stores: "Pair[S3Store]") -> None:
    put(s3_stores.private, "film.bin", PIECES)
    put(s3_stores.public, "film.mp4", PIECES)
    copy(s3_stores.private, "film.bin", s3_stores.public, "films/x/index.m3u8")
    name = s3_stores.public.save("captions.vtt", ContentFile(b"WEBVTT"))

    client, bucket = s3_stores.public.client, s3_stores.public.bucket_name
    heads = [client.head_object(Bucket=bucket, Key=key) for key in ("film.mp4", "films/x/index.m3u8", name)]

    assert {head["CacheControl"] for head in heads} == {"public, max-age=60, must-revalidate"}
    assert [head["ContentType"] for head in heads] == ["video/mp4", "application/vnd.apple.mpegurl", "text/vtt"]


def test_no_version_of_a_deleted_file_is_left(store: S3Store) -> None:
    store.client.put_bucket_versioning(Bucket=store.bucket_name, VersioningConfiguration={"Status": "Enabled"})
    try:
        for key in ("one", "tree/a", "tree/b", "tree-2", "one-2"):
            put(store, key, [b"first"])
            put(store, key, [b"second"])

        store.delete("one")
        delete_tree(store, "tree")

        left = store.client.list_object_versions(Bucket=store.bucket_name)
        assert [entry["Key"] for entry in left["Versions"]] == ["one-2", "one-2", "tree-2", "tree-2"]
        assert "DeleteMarkers" not in left
    finally:
        for key in ("one-2", "tree-2"):
            store.delete(key)
        suspended = {"Status": "Suspended"}
        store.client.put_bucket_versioning(Bucket=store.bucket_name, VersioningConfiguration=suspended)


def test_more_files_than_a_page_holds_are_listed_and_deleted(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "PAGE", 10)
    for number in range(23):
        put(store, f"many/{number:04d}", [])
    put(store, "one", [b"x"])

    listed = [file.key for file in store.keys("many/")]
    delete_tree(store, "many")

    assert listed == [f"many/{number:04d}" for number in range(23)]
    assert [file.key for file in store.keys("")] == ["one"]


def test_threads_share_one_client_and_a_child_makes_its_own(store: S3Store) -> None:
    reading, writing = os.pipe()
    before = store.client

    child = os.fork()
    if not child:
        os.write(writing, b"own" if store.client is not before else b"shared")
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 10) == b"own"
    assert store.client is before is S3Store(**vars(store)["_constructor_args"][1]).client
    assert client_for.cache_info().maxsize
