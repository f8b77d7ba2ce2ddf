"""Is a stored file whole or absent, readable by whom it should be, and never outside its store?"""

import errno
import hashlib
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from foundation.configuration import storages_from
from foundation.storage import (
    ContentChanged,
    StoredFileMissing,
    StoreFull,
    UnsafeKey,
    content_key,
    copy,
    delete_tree,
    local_path,
    put,
    stores,
)
from foundation.storage.files import TEMPORARY, FileStore
from tests.foundation.waiting import wait_until

HELLO_SHA256 = hashlib.sha256(b"hello world").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(location=tmp_path / "store", file_permissions_mode=0o600, directory_permissions_mode=0o700)


@pytest.fixture
def public(tmp_path: Path) -> FileStore:
    return FileStore(location=tmp_path / "public", file_permissions_mode=0o644, directory_permissions_mode=0o755)


def content(store: FileStore, key: str) -> bytes:
    with local_path(store, key) as path:
        return path.read_bytes()


def files(store: FileStore) -> list[str]:
    root = Path(store.base_location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_file_is_put_with_its_hash_and_size(store: FileStore) -> None:
    stored = put(store, "films/a.mp4", iter([b"hello ", b"world"]))

    assert (stored.key, stored.sha256, stored.size_bytes) == ("films/a.mp4", HELLO_SHA256, 11)
    assert content(store, "films/a.mp4") == b"hello world"
    assert files(store) == ["films/a.mp4"]


def test_a_put_replaces_the_whole_file(store: FileStore) -> None:
    put(store, "a", [b"a long first version"])
    put(store, "a", [b"short"])

    assert content(store, "a") == b"short"


def test_an_upload_that_breaks_off_leaves_the_old_file(store: FileStore) -> None:
    put(store, "a", [b"old"])

    def breaking_off() -> Iterator[bytes]:
        yield b"new"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        put(store, "a", breaking_off())

    assert content(store, "a") == b"old"
    assert files(store) == ["a"]


@pytest.mark.parametrize(
    "key",
    [
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
    ],
)
def test_a_key_that_leaves_the_store_is_refused(store: FileStore, key: str) -> None:
    with pytest.raises(UnsafeKey):
        put(store, key, [b"x"])
    with pytest.raises(UnsafeKey), local_path(store, key):
        pass
    with pytest.raises(UnsafeKey):
        store.target(key)

    assert not Path(store.base_location).exists()


def test_a_key_of_any_length_is_refused(store: FileStore) -> None:
    with pytest.raises(UnsafeKey):
        put(store, "a/" * 300 + "a", [b"x"])


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_permissions_are_the_store_s_whatever_the_umask(store: FileStore, public: FileStore, umask: int) -> None:
    before = os.umask(umask)
    try:
        put(store, "a/b", [b"x"])
        put(public, "a/b", [b"x"])
    finally:
        os.umask(before)

    modes = [stat.S_IMODE(one.target(key).stat().st_mode) for one in (store, public) for key in ("a/b", "a")]
    assert modes == [0o600, 0o700, 0o644, 0o755]


def test_the_configured_stores_are_private_and_public(tmp_path: Path) -> None:
    configured = storages_from(None, data_dir=tmp_path)
    private, public = (FileStore(**configured[name]["OPTIONS"]) for name in ("private", "public"))
    put(private, "a", [b"x"])
    put(public, "a", [b"x"])

    modes = [stat.S_IMODE(one.target("a").stat().st_mode) for one in (private, public)]
    assert modes == [0o600, 0o644]
    assert public.url("a") == "/files/a"


def test_a_missing_file_is_said_to_be_missing(store: FileStore) -> None:
    with pytest.raises(StoredFileMissing, match="films/a"), local_path(store, "films/a"):
        pass


def test_a_copy_has_the_hash_of_its_source_and_the_rights_of_its_store(store: FileStore, public: FileStore) -> None:
    put(store, "a", [b"hello world"])

    copied = copy(store, "a", public, content_key(HELLO_SHA256, ".txt"))

    assert copied.key == f"sha256/{HELLO_SHA256[:2]}/{HELLO_SHA256}.txt"
    assert (copied.sha256, copied.size_bytes) == (HELLO_SHA256, 11)
    assert content(public, copied.key) == b"hello world"
    assert stat.S_IMODE(public.target(copied.key).stat().st_mode) == 0o644
    assert stat.S_IMODE(store.target("a").stat().st_mode) == 0o600


def test_a_copy_that_differs_is_removed(store: FileStore, public: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "a", [b"hello world"])
    monkeypatch.setattr(stores, "sha256_of", lambda store, key: "another")

    with pytest.raises(ContentChanged):
        copy(store, "a", public, "b")

    assert files(public) == []


def test_a_tree_is_deleted_and_nothing_beside_it(store: FileStore) -> None:
    for key in ("films/1/a", "films/1/hls/b", "films/12", "films/2/a"):
        put(store, key, [b"x"])

    delete_tree(store, "films/1/")
    delete_tree(store, "films/12")
    delete_tree(store, "films/never")

    assert files(store) == ["films/2/a"]


def test_a_tree_may_be_deleted_by_several_at_once(store: FileStore) -> None:
    for number in range(300):
        put(store, f"films/{number % 7}/{number}", [b"x"])

    threads = [threading.Thread(target=delete_tree, args=(store, "films")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not store.target("films").exists()


def test_an_upload_form_never_replaces_a_file(store: FileStore) -> None:
    names = {store.save("films/a.txt", ContentFile(text.encode())) for text in ("one", "two")}

    assert len(names) == 2
    assert sorted(content(store, name) for name in names) == [b"one", b"two"]


def test_uploads_of_one_name_at_the_same_moment_are_all_kept(store: FileStore) -> None:
    start, names = threading.Barrier(8), []

    def save(number: int) -> None:
        start.wait()
        names.append(store._save("a.txt", ContentFile(str(number).encode())))

    threads = [threading.Thread(target=save, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(content(store, name) for name in names) == [str(number).encode() for number in range(8)]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True)
    if mount.returncode:
        pytest.skip("may not mount a tmpfs here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("way", ["put", "save"])
def test_a_full_disk_is_said_and_leaves_nothing_behind(tiny_disk: Path, way: str) -> None:
    store = FileStore(location=tiny_disk / "store")
    put(store, "small", [b"x" * 300_000])
    large = [b"x" * 100_000] * 20

    with pytest.raises(StoreFull, match=r"The disk is full; free some space and try again\."):
        put(store, "small", large) if way == "put" else store.save("large", ContentFile(b"".join(large)))

    assert files(store) == ["small"]
    assert content(store, "small") == b"x" * 300_000


def test_a_limit_of_the_process_is_a_full_disk_too(store: FileStore) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(StoreFull) as full:
            put(store, "large", [b"x" * 100_000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert isinstance(full.value.__cause__, OSError)
    assert full.value.__cause__.errno == errno.EFBIG
    assert files(store) == []


def test_a_writer_that_is_killed_leaves_no_file_and_is_swept_up(store: FileStore) -> None:
    program = (
        "import sys, time; from foundation.storage.files import FileStore\n"
        "def forever():\n"
        "    while True: yield b'x' * 1000; time.sleep(0.01)\n"
        "FileStore(location=sys.argv[1]).write('film', forever())"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.foundation.settings"}
    writer = subprocess.Popen([sys.executable, "-c", program, store.base_location], env=environment)
    wait_until(lambda: files(store))
    writer.kill()
    writer.wait(10)

    assert [Path(name).parts[0] for name in files(store)] == [TEMPORARY]
    assert not store.exists("film")
    assert store.sweep(older_than_s=3600) == 0
    assert store.sweep(older_than_s=-1) == 1
    assert files(store) == []
