"""Is a master behind a network fetched once per machine, for all its workers, and gone when nobody needs it?

The store is a real S3 server, which is killed in the middle of a film.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from foundation.configuration import storages_from
from foundation.contracts.transcoding import TranscodeRequest
from foundation.jobs.models import Job
from foundation.jobs.worker import run_one, run_until_idle
from foundation.storage import StoredFileMissing, buckets, private_store, public_store
from foundation.storage.s3 import S3Store
from services.media_transcoder.orders import sources
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.sources import forget_sources, master, source_folder
from services.media_transcoder.pipeline.errors import DiskFull, SourceChanged
from tests.servers.seaweedfs import SeaweedFS
from tests.services.media_transcoder.orders.conftest import Service, Stored, files_below, hashes_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bucket(s3_server: SeaweedFS, settings: Settings, tmp_path: Path) -> Any:
    """Keep this process's files on the S3 server, and its work in a folder of the test."""
    made = storages_from(s3_server.url(f"transcoder-{uuid4().hex[:8]}"), data_dir=settings.DATA_DIR)
    settings.STORAGES = {**settings.STORAGES, **{name: made[name] for name in ("default", "private", "public")}}
    settings.WORK_DIR = tmp_path / "transcoding"
    stores: Any = (private_store(), public_store())
    list(buckets.prepare(*stores, upload_origins=["http://127.0.0.1:8000"]))
    return private_store()


@pytest.fixture
def reads(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that were read from the store, in the order of reading."""
    read, keys = S3Store.read, []

    def noted(self: S3Store, key: str, *bounds: int) -> Any:
        keys.append(key)
        return read(self, key, *bounds)

    monkeypatch.setattr(S3Store, "read", noted)
    return keys


def patiently() -> None:
    """Wait as long as it takes."""


def fetched() -> set[str]:
    folder = source_folder()
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_workers_of_one_machine_fetch_a_master_once(stored: Stored, small_film: Path, reads: list[str]) -> None:
    request, seen = stored(small_film), []

    def use() -> None:
        with master(request, waiting=patiently) as path:
            seen.append(path.read_bytes())

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert seen == [small_film.read_bytes()] * 4
    assert reads.count(request.source_key) == 1


def test_a_master_stays_while_it_is_read_and_goes_when_nobody_needs_it(
    stored: Stored, small_film: Path, bucket: S3Store
) -> None:
    request = stored(small_film)
    with master(request, waiting=patiently) as path:
        forget_sources(except_for=set())
        assert path.exists()
    forget_sources(except_for={request.source_sha256})
    assert path.exists()

    forget_sources(except_for=set())

    assert fetched() == set()


def test_another_film_than_announced_is_not_kept(stored: Stored, small_film: Path, bucket: S3Store) -> None:
    request = stored(small_film).model_copy(update={"source_sha256": "f" * 64})

    with pytest.raises(SourceChanged), master(request, waiting=patiently):
        raise AssertionError

    assert fetched() <= {f"{'f' * 64}.lock"}


def test_the_oldest_masters_make_room_for_another(
    films_in_store: Callable[[], TranscodeRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = films_in_store(), films_in_store(), films_in_store()
    monkeypatch.setattr(sources, "MOST_BYTES", 2500)
    for request in (one, two, one, three):
        with master(request, waiting=patiently):
            pass

    kept = {name for name in fetched() if "." not in name}
    monkeypatch.setattr(sources, "_RESERVE_BYTES", 1 << 60)
    with pytest.raises(DiskFull), master(two, waiting=patiently):
        raise AssertionError

    assert kept == {one.source_sha256, three.source_sha256}


@pytest.fixture
def films_in_store(bucket: S3Store, stored: Stored, tmp_path: Path) -> Callable[[], TranscodeRequest]:
    """Store files of 1000 bytes, each another one."""

    def make() -> TranscodeRequest:
        path = tmp_path / "content"
        path.write_bytes(uuid4().bytes + bytes(984))
        return stored(path)

    return make


def test_a_master_that_is_gone_is_said(bucket: S3Store, stored: Stored, small_film: Path) -> None:
    request = stored(small_film).model_copy(update={"source_key": "films/gone"})

    with pytest.raises(StoredFileMissing), master(request, waiting=patiently):
        raise AssertionError


@pytest.mark.usefixtures("short_chunks")
def test_a_film_survives_a_store_that_is_killed_and_comes_back(
    service: Service,
    stored: Stored,
    cut_film: Path,
    cut_hashes: dict[str, str],
    s3_server: SeaweedFS,
    reads: list[str],
) -> None:
    request = stored(cut_film)
    order = service.order(request)
    for _ in range(3):
        run_one("default", "inline")
    s3_server.kill()

    assert run_one("default", "inline")

    s3_server.start()
    waiting = Job.objects.exclude(error="").get()
    assert (waiting.kind, waiting.state, waiting.attempt) == ("transcoder.chunk", "queued", 1)
    assert service.status(order.job_id).state == "running"
    Job.objects.filter(state="queued").update(run_at=Order.objects.get().created_at)
    run_until_idle(["default"])
    status = service.status(order.job_id)
    assert status.state == "succeeded"
    assert hashes_of(status.manifest) == cut_hashes
    assert files_below(request.output_prefix) == {"manifest.json", *cut_hashes}
    assert reads.count(request.source_key) == 1
    assert fetched() == set()
