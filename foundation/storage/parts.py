"""How does a browser send a file straight into an S3 store, in parts? (Amazon S3: multipart uploads, presigned URLs)

The process begins, signs, looks and completes; the bytes never pass through it. What has arrived is what the store
lists. boto3 is loaded only where a store speaks S3.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings

from foundation.storage.errors import StorageError
from foundation.storage.stores import Store

LEAST_PART_BYTES = 5 << 20
"""No part but the last may be smaller (Amazon S3: multipart upload limits)."""
MOST_PARTS = 10_000

_GONE = frozenset({"NoSuchUpload"})
_REFUSED = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidRequest"})


class PartsGone(StorageError):
    """The store has no such upload: it was completed or aborted, or never began."""


class PartsRefused(StorageError):
    """The store can't make a file of these parts."""


class PartStore(Protocol):
    """A store that speaks S3, as ``foundation.storage.s3`` brings it."""

    bucket_name: str
    access_key: str
    secret_key: str
    region_name: str
    endpoint_url: str

    @property
    def client(self) -> Any:
        """The boto3 client for the address this process uses."""
        ...


@dataclass(frozen=True)
class Part:
    """A part that has arrived whole; ``number`` counts from 1."""

    number: int
    size_bytes: int
    etag: str


@dataclass(frozen=True)
class Unfinished:
    """An upload that was begun and neither completed nor aborted."""

    key: str
    upload_id: str
    begun_at: datetime


def taking_parts(store: Store) -> PartStore | None:
    """Return the store if browsers can send to it directly; None if it is a folder."""
    return cast(PartStore, store) if hasattr(store, "bucket_name") else None


def begin(store: PartStore, key: str) -> str:
    """Begin a file at ``key`` and return the id of its upload; nothing is seen at ``key`` until it is completed."""
    with _understood():
        return str(store.client.create_multipart_upload(Bucket=store.bucket_name, Key=key)["UploadId"])


def signed_url(
    store: PartStore, key: str, upload_id: str, number: int, *, expires_s: int, sha256: str | None = None
) -> str:
    """Return where whoever holds the URL may PUT part ``number``, and nothing else, for ``expires_s`` seconds.

    Its host is that of ``settings.STORAGE_BROWSER_URL``. With ``sha256`` (Base64) only those bytes are taken, and the
    request must carry it as ``x-amz-checksum-sha256``.
    """
    asked = {"Bucket": store.bucket_name, "Key": key, "UploadId": upload_id, "PartNumber": number}
    if sha256 is not None:
        asked["ChecksumSHA256"] = sha256
    return str(_signer(store).generate_presigned_url("upload_part", Params=asked, ExpiresIn=expires_s))


def arrived(store: PartStore, key: str, upload_id: str) -> tuple[Part, ...]:
    """Return the parts the store holds, by number; PartsGone."""
    newest: dict[int, Any] = {}
    with _understood():
        pages = store.client.get_paginator("list_parts").paginate(Bucket=store.bucket_name, Key=key, UploadId=upload_id)
        for listed in (part for page in pages for part in page.get("Parts", ())):
            known = newest.get(listed["PartNumber"])  # SeaweedFS lists a part that was sent twice, twice
            if known is None or known["LastModified"] <= listed["LastModified"]:
                newest[listed["PartNumber"]] = listed
    return tuple(Part(number, newest[number]["Size"], newest[number]["ETag"]) for number in sorted(newest))


def complete(store: PartStore, key: str, upload_id: str, parts: Iterable[Part]) -> None:
    """Make the file at ``key`` of ``parts``; PartsGone, or PartsRefused if one is missing or another by now."""
    listed = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
    with _understood():
        store.client.complete_multipart_upload(
            Bucket=store.bucket_name, Key=key, UploadId=upload_id, MultipartUpload={"Parts": listed}
        )


def abort(store: PartStore, key: str, upload_id: str) -> None:
    """Drop what has arrived; an upload that is gone already is no error."""
    try:
        with _understood():
            store.client.abort_multipart_upload(Bucket=store.bucket_name, Key=key, UploadId=upload_id)
    except PartsGone:
        return


def unfinished(store: PartStore, prefix: str) -> Iterator[Unfinished]:
    """Yield the uploads of keys that begin with ``prefix``."""
    with _understood():
        pages = store.client.get_paginator("list_multipart_uploads").paginate(Bucket=store.bucket_name, Prefix=prefix)
        for listed in (upload for page in pages for upload in page.get("Uploads", ())):
            yield Unfinished(listed["Key"], listed["UploadId"], listed["Initiated"])


def _signer(store: PartStore) -> Any:
    """Return a client that signs for the address browsers use; it never connects."""
    from foundation.storage.s3_client import client_for

    origin = getattr(settings, "STORAGE_BROWSER_URL", "") or store.endpoint_url
    return client_for(origin, store.access_key, store.secret_key, store.region_name)


@contextmanager
def _understood() -> Iterator[None]:
    """Say what the store answers in our own errors."""
    from botocore.exceptions import ClientError

    from foundation.storage.s3_client import code_of, understood

    with understood():
        try:
            yield
        except ClientError as error:
            if code_of(error) in _GONE:
                raise PartsGone(str(error)) from error
            if code_of(error) in _REFUSED:
                raise PartsRefused(str(error)) from error
            raise
