"""How does an object come to be, whole or not at all, and with the bytes that were meant?

Each request carries the MD5 of its bytes, which the server checks; an upload that fails is aborted, and what a killed
process began is swept up.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from botocore.exceptions import ClientError

from foundation.storage.errors import StorageError
from foundation.storage.s3_client import code_of, understood

PART_BYTES = 8 << 20  # what a writer keeps in memory; with the 10,000 parts of an upload, files of 78 GiB
COPIED_BYTES = 256 << 20  # what the server copies in one request
MOST_PARTS = 10_000
_QUITE_NEW = {"IfNoneMatch": "*"}  # RFC 9110 §13.1.2: refused if there is anything


@dataclass(frozen=True)
class Place:
    """Where an object goes, and the headers it will be answered with."""

    client: Any
    bucket: str
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, str]:
        """Return how requests name it."""
        return {"Bucket": self.bucket, "Key": self.key}


def write(place: Place, chunks: Iterable[bytes], *, only_new: bool = False) -> tuple[str, int]:
    """Write ``chunks``; return sha256 (hex) and size in bytes. With ``only_new``, NameTaken if there is a file."""
    digest, size = hashlib.sha256(), 0
    conditions = _QUITE_NEW if only_new else {}

    def seen(part: bytes) -> bytes:
        nonlocal size
        digest.update(part)
        size += len(part)
        return part

    parts = map(seen, _parts(chunks))
    first, second = next(parts, b""), next(parts, None)
    if second is None:
        with understood(place.key):
            place.client.put_object(**place.named, **place.headers, **conditions, **_checked(first))
    else:
        _write_parts(place, chain((first, second), parts), conditions)
    return digest.hexdigest(), size


def copy(source: Place, place: Place, *, size_bytes: int, tag: str) -> None:
    """Have the server copy an object of ``size_bytes`` between its buckets, if its tag is still ``tag``."""
    origin = {"CopySource": source.named, "CopySourceIfMatch": f'"{tag}"'}
    if size_bytes <= COPIED_BYTES:
        with understood(source.key):
            place.client.copy_object(**place.named, **place.headers, **origin, MetadataDirective="REPLACE")
        return
    with _upload(place, {}) as upload:
        for start in range(0, size_bytes, COPIED_BYTES):
            last = min(start + COPIED_BYTES, size_bytes) - 1
            upload.add(place.client.upload_part_copy, **origin, CopySourceRange=f"bytes={start}-{last}")


def _write_parts(place: Place, parts: Iterator[bytes], conditions: dict[str, str]) -> None:
    with _upload(place, conditions) as upload:
        for part in parts:
            upload.add(place.client.upload_part, **_checked(part))


class _Upload:
    """An upload of parts that has begun."""

    def __init__(self, place: Place) -> None:
        self.place = place
        with understood(place.key):
            begun = place.client.create_multipart_upload(**place.named, **place.headers)
        self.named: dict[str, Any] = {**place.named, "UploadId": begun["UploadId"]}
        self.tags: list[str] = []

    def add(self, request: Callable[..., Any], **values: Any) -> None:
        """Send one more part."""
        if len(self.tags) == MOST_PARTS:
            raise StorageError(f"{self.place.key} is too long for the store.")
        with understood(self.place.key):
            answer = request(**self.named, PartNumber=len(self.tags) + 1, **values)
        self.tags.append(answer.get("CopyPartResult", answer)["ETag"])

    def complete(self, conditions: dict[str, str]) -> None:
        """Make the parts an object; also if the server did so already and its answer was lost."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(self.tags, 1)]
        client = self.place.client
        with understood(self.place.key):
            try:
                client.complete_multipart_upload(**self.named, **conditions, MultipartUpload={"Parts": parts})
            except ClientError as error:
                if code_of(error) != "NoSuchUpload" or not self._is_there():
                    raise

    def abort(self) -> None:
        """Drop the parts."""
        with understood(self.place.key):
            self.place.client.abort_multipart_upload(**self.named)

    def _is_there(self) -> bool:
        """Say whether the object is the one of these parts."""
        try:
            whole = b"".join(bytes.fromhex(tag.strip('"')) for tag in self.tags)
        except ValueError:  # this server makes its tags otherwise
            return False
        expected = f'"{hashlib.md5(whole, usedforsecurity=False).hexdigest()}-{len(self.tags)}"'
        return bool(self.place.client.head_object(**self.place.named)["ETag"] == expected)


@contextmanager
def _upload(place: Place, conditions: dict[str, str]) -> Iterator[_Upload]:
    upload = _Upload(place)
    try:
        yield upload
        upload.complete(conditions)
    except BaseException:
        _in_peace(upload.abort)
        raise


def _in_peace(abort: Callable[[], None]) -> None:
    try:
        abort()
    except StorageError:
        return  # the sweep will find it


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of ``chunks`` in parts of one size, the last one shorter."""
    part = bytearray()
    for chunk in chunks:
        part += chunk
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)


def _checked(data: bytes) -> dict[str, Any]:
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    return {"Body": data, "ContentMD5": b64encode(md5).decode()}
