"""Does every kind of store keep the same promises?"""

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from foundation.storage import (
    ContentChanged,
    Store,
    StoredFileMissing,
    UnsafeKey,
    content_key,
    copy,
    delete_tree,
    local_path,
    put,
    sha256_of,
)
from tests.foundation.storage.conftest import Pair
from tests.stores import bytes_of, keys_below

HELLO_SHA256 = hashlib.sha256(b"hello world").hexdigest()
MEGABYTE = 1 << 20
LONG = [bytes([number]) * MEGABYTE for number in range(12)]  # more than one part of an upload
LONG_SHA256 = hashlib.sha256(b"".join(LONG)).hexdigest()


def all_keys(store: Store) -> list[str]:
    return [file.key for file in store.keys("")]


def test_a_file_is_put_with_its_hash_and_size(store: Store) -> None:
    stored = put(store, "films/a.mp4", iter([b"hello ", b"world"]))

    assert (stored.key, stored.sha256, stored.size_bytes) == ("films/a.mp4", HELLO_SHA256, 11)
    assert bytes_of(store, "films/a.mp4") == b"hello world"
    assert all_keys(store) == ["films/a.mp4"]


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b"x", b""]])
def test_a_small_file_is_put_too(store: Store, chunks: list[bytes]) -> None:
    stored = put(store, "a", chunks)

    assert (stored.size_bytes, store.size("a")) == (len(b"".join(chunks)),) * 2
    assert bytes_of(store, "a") == b"".join(chunks)


def test_a_long_file_is_put_read_and_copied_whole(stores: "Pair[Store]") -> None:
    stored = put(stores.private, "masters/film.mp4", LONG)

    copied = copy(stores.private, "masters/film.mp4", stores.public, "films/film.mp4", sha256=LONG_SHA256)

    assert (stored.sha256, stored.size_bytes) == (LONG_SHA256, 12 * MEGABYTE)
    assert (copied.sha256, copied.size_bytes) == (LONG_SHA256, 12 * MEGABYTE)
    with local_path(stores.public, "films/film.mp4") as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == LONG_SHA256
        assert path.suffix == ".mp4"


def test_a_put_replaces_the_whole_file(store: Store) -> None:
    put(store, "a", [b"a long first version"])
    first = store.stat("a")
    put(store, "a", [b"short"])

    assert bytes_of(store, "a") == b"short"
    assert store.stat("a").version != first.version


@pytest.mark.parametrize("before", [[b"new"], LONG * 2])
def test_an_upload_that_breaks_off_leaves_the_old_file(store: Store, before: list[bytes]) -> None:
    put(store, "a", [b"old"])

    def breaking_off() -> Iterator[bytes]:
        yield from before
        raise ConnectionError

    with pytest.raises(ConnectionError):
        put(store, "a", breaking_off())

    assert bytes_of(store, "a") == b"old"
    assert all_keys(store) == ["a"]


UNSAFE = (
    *(
        "",
        "/",
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a//b",
        "a/",
        ".hidden",
        "a/.hidden",
        ".tmp/a",
        "a\\b",
        "a\0b",
        "a\nb",
    ),
    *("a/" * 300 + "a", "ä" * 200, "\ud800", "/".join(["ü" * 100] * 6)),
)


@pytest.mark.parametrize("key", UNSAFE)
def test_a_key_that_leaves_the_store_or_fits_into_none_is_refused(store: Store, key: str) -> None:
    with pytest.raises(UnsafeKey):
        put(store, key, [b"x"])
    with pytest.raises(UnsafeKey):
        store.read(key)
    with pytest.raises(UnsafeKey):
        store.exists(key)
    with pytest.raises(UnsafeKey):
        store.delete(key)
    with pytest.raises(UnsafeKey), store.local_copy(key):
        pass

    assert all_keys(store) == []


def test_a_missing_file_is_said_to_be_missing(stores: "Pair[Store]") -> None:
    store = stores.private
    put(store, "films/a/b", [b"x"])

    for key in ("films/b", "films", "films/a", "films/a/b/c"):
        with pytest.raises(StoredFileMissing, match=key):
            store.read(key)
        with pytest.raises(StoredFileMissing, match=key):
            store.open(key)
        with pytest.raises(FileNotFoundError, match=key):
            store.stat(key)
        with pytest.raises(StoredFileMissing, match=key):
            store.size(key)
        with pytest.raises(StoredFileMissing, match=key), local_path(store, key):
            pass
        with pytest.raises(StoredFileMissing, match=key):
            copy(store, key, stores.public, "copy")
        assert not store.exists(key)
        store.delete(key)

    assert all_keys(store) == ["films/a/b"]
    assert all_keys(stores.public) == []


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 4, b"0123"),
        (3, 5, b"34"),
        (8, 50, b"89"),
        (5, 5, b""),
        (7, 5, b""),
        (10, None, b""),
        (50, 60, b""),
    ],
)
def test_any_part_of_a_file_is_read(store: Store, start: int, stop: int | None, expected: bytes) -> None:
    put(store, "a", [b"0123456789"])

    with store.read("a", start, stop) as blocks:
        assert b"".join(blocks) == expected


def test_an_opened_file_can_be_sought_in(store: Store) -> None:
    picture = BytesIO()
    Image.new("RGB", (2000, 2000), "red").save(picture, "BMP")
    put(store, "picture.bmp", [picture.getvalue()])

    with store.open("picture.bmp") as stream:
        size = stream.size
        stream.seek(-3, 2)
        end = stream.read()
        stream.seek(0)
        with Image.open(stream) as opened:
            dimensions = opened.size
            opened.load()

    assert (size, end, dimensions) == (12_000_054, b"\0\0\xff", (2000, 2000))


def test_what_is_known_of_a_file(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    put(store, "films/a.mp4", [b"12345"])

    (listed,) = store.keys("")

    assert listed == store.stat("films/a.mp4")
    assert (listed.key, listed.size_bytes) == ("films/a.mp4", 5)
    assert before < listed.modified_at < datetime.now(UTC) + timedelta(seconds=2)
    assert listed.version


def test_keys_are_sorted_and_chosen_by_their_beginning(store: Store) -> None:
    keys = ["A", "a b/c+d", "a!", "a-b", "a.b/c", "a/b", "a/c/d", "b", "films/1-2", "films/1/x", "films/12", "ä/ö"]
    for key in reversed(keys):
        put(store, key, [b"x"])

    assert all_keys(store) == keys
    chosen = {
        prefix: [file.key for file in store.keys(prefix)] for prefix in ("films/1", "films/1/", "a", "c", "a/b/c")
    }
    assert chosen == {
        "films/1": ["films/1-2", "films/1/x", "films/12"],
        "films/1/": ["films/1/x"],
        "a": ["a b/c+d", "a!", "a-b", "a.b/c", "a/b", "a/c/d"],
        "c": [],
        "a/b/c": [],
    }


def test_a_listing_never_leaves_the_store(store: Store) -> None:
    with pytest.raises(UnsafeKey):
        list(store.keys("../"))


def test_a_copy_has_the_hash_of_its_source(stores: "Pair[Store]") -> None:
    put(stores.private, "a", [b"hello world"])

    copied = copy(stores.private, "a", stores.public, content_key(HELLO_SHA256, ".txt"))

    assert copied.key == f"sha256/{HELLO_SHA256[:2]}/{HELLO_SHA256}.txt"
    assert (copied.sha256, copied.size_bytes) == (HELLO_SHA256, 11)
    assert sha256_of(stores.public, copied.key) == HELLO_SHA256


def test_a_copy_that_differs_from_what_is_known_is_removed(stores: "Pair[Store]") -> None:
    put(stores.private, "a", [b"hello world"])

    with pytest.raises(ContentChanged):
        copy(stores.private, "a", stores.public, "b", sha256="another")

    assert all_keys(stores.public) == []


def test_a_tree_is_deleted_and_nothing_beside_it(store: Store) -> None:
    for key in ("films/1/a", "films/1/hls/b", "films/12", "films/2/a"):
        put(store, key, [b"x"])

    delete_tree(store, "films/1/")
    delete_tree(store, "films/12")
    delete_tree(store, "films/never")

    assert all_keys(store) == ["films/2/a"]
    assert keys_below(store, "films/1") == []


def test_an_upload_form_never_replaces_a_file(store: Store) -> None:
    names = {store.save("films/a.txt", ContentFile(text.encode())) for text in ("one", "two")}

    assert len(names) == 2
    assert sorted(bytes_of(store, name) for name in names) == [b"one", b"two"]


@pytest.mark.parametrize("size_bytes", [1, 9 * MEGABYTE])
def test_uploads_of_one_name_at_the_same_moment_are_all_kept(store: Store, size_bytes: int) -> None:
    start, names = threading.Barrier(4), []

    def save(number: int) -> None:
        start.wait()
        names.append(store._save("a.txt", ContentFile(str(number).encode() * size_bytes)))  # type: ignore[attr-defined]

    threads = [threading.Thread(target=save, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(bytes_of(store, name)[:1] for name in names) == [b"0", b"1", b"2", b"3"]


def test_files_are_answered_by_our_own_processes(stores: "Pair[Store]") -> None:
    assert stores.public.url("sha256/a b.jpg") == "/files/sha256/a%20b.jpg"


def test_a_store_that_works_has_no_trouble(stores: "Pair[Store]") -> None:
    assert (stores.private.trouble(), stores.public.trouble()) == (None, None)


def test_nothing_is_swept_that_is_in_use(store: Store) -> None:
    put(store, "a.mp4", LONG[:9])

    with local_path(store, "a.mp4") as path:
        swept = store.sweep(older_than_s=-1)
        is_there = path.is_file()

    assert (swept, is_there, all_keys(store)) == (0, True, ["a.mp4"])


PARTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60
)
KEYS = st.lists(PARTS.filter(lambda part: not part.startswith(".")), min_size=1, max_size=4).map("/".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, content=st.binary(max_size=300))
def test_any_key_keeps_its_file(store: Store, key: str, content: bytes) -> None:
    put(store, key, [content])

    assert [file.key for file in store.keys(key)] == [key]
    assert bytes_of(store, key) == content
    with local_path(store, key) as path:
        assert Path(path).read_bytes() == content
    delete_tree(store, key.split("/")[0])
    assert not store.exists(key)
