"""Which stores are tested? Folders, and buckets of a real S3 server: the same tests run on both."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from uuid import uuid4

import pytest

from foundation.configuration import storages_from
from foundation.storage import Store, s3_client
from foundation.storage.buckets import prepare
from foundation.storage.files import FileStore
from foundation.storage.s3 import S3Store
from tests.servers.seaweedfs import SeaweedFS

EDITING_URL = "http://127.0.0.1:8000"
S = TypeVar("S")


@dataclass(frozen=True)
class Pair(Generic[S]):
    """A private and a public store on the same disk or server."""

    private: S
    public: S


@pytest.fixture(scope="session")
def buckets(s3_server: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> "Pair[S3Store]":
    """Prepared buckets, empty before each test that asks for ``s3_stores``."""
    url = s3_server.url(f"contract-{uuid4().hex[:8]}")
    configured = storages_from(url, data_dir=tmp_path_factory.mktemp("data"))
    private, public = (S3Store(**configured[name]["OPTIONS"]) for name in ("private", "public"))
    list(prepare(private, public, upload_origins=[EDITING_URL]))
    return Pair(private, public)


@pytest.fixture
def s3_stores(buckets: "Pair[S3Store]") -> "Iterator[Pair[S3Store]]":
    yield buckets
    for store in (buckets.private, buckets.public):
        for file in store.keys(""):
            store.delete(file.key)
        for upload in store.client.list_multipart_uploads(Bucket=store.bucket_name).get("Uploads", []):
            named = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
            store.client.abort_multipart_upload(Bucket=store.bucket_name, **named)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a server that isn't there once, not for seconds."""
    monkeypatch.setattr(s3_client, "ATTEMPTS", 1)


@pytest.fixture
def file_stores(tmp_path: Path) -> "Pair[FileStore]":
    configured = storages_from(tmp_path.as_uri(), data_dir=tmp_path)
    private, public = (FileStore(**configured[name]["OPTIONS"]) for name in ("private", "public"))
    return Pair(private, public)


@pytest.fixture(params=["file_stores", "s3_stores"])
def stores(request: pytest.FixtureRequest) -> "Pair[Store]":
    """A private and a public store of each kind."""
    pair: Pair[Store] = request.getfixturevalue(request.param)
    return pair


@pytest.fixture
def store(stores: "Pair[Store]") -> Store:
    return stores.private
