"""How do files lie in a bucket? Written atomically: a reader sees the whole file or none."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from os.path import splitext
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from foundation.storage import s3_reading, s3_writing
from foundation.storage.blocks import CHUNK_BYTES, Blocks
from foundation.storage.errors import StorageError, StoredFileMissing, StoreUnavailable
from foundation.storage.keys import StoredKey, safe_key
from foundation.storage.media_types import media_type_of
from foundation.storage.s3_client import NameTaken, client_for, config_for, understood
from foundation.storage.temporary import forget_forsaken, room_on_disk, temporary_file

UPLOADS_KEPT_FOR = timedelta(days=7)
"""How long an upload of parts may take from its beginning: a long film on a slow line, with a weekend between.
Buckets have a rule for it, too."""
IN_MEMORY_BYTES = 4 << 20
PAGE = 1000  # the most that S3 lists, or deletes, in one request


class S3Store(S3Storage):  # type: ignore[misc]
    """A bucket of files on an S3 server; see ``foundation.storage.stores.Store`` for what can be done with them.

    Options beside those of S3Storage: ``base_url`` (where our own process answers the files; without one,
    settings.MEDIA_URL) and ``temporary_dir`` (where local copies lie while they are in use).
    """

    access_key: str
    secret_key: str
    region_name: str
    endpoint_url: str
    bucket_name: str
    base_url: str | None
    temporary_dir: str

    def get_default_settings(self) -> dict[str, Any]:
        """Return what isn't configured otherwise."""
        own = {"client_config": config_for(is_patient=True), "file_overwrite": False, "region_name": "us-east-1"}
        return {**super().get_default_settings(), **own, "base_url": None, "temporary_dir": "var/tmp"}

    @property
    def client(self) -> Any:
        """The boto3 client of this process: one for all stores of a server."""
        return client_for(self.endpoint_url, self.access_key, self.secret_key, self.region_name)

    def write(self, key: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Put ``chunks`` under ``key``, replacing what is there; return sha256 (hex) and size in bytes."""
        return s3_writing.write(self._place(key), chunks)

    def copy_within(self, source: Any, key: str, target_key: str) -> bool:
        """Let the server copy a file of another of its buckets; False if that isn't one."""
        if not isinstance(source, S3Store) or source.client is not self.client:
            return False
        state = source.stat(key)
        place = self._place(target_key)
        s3_writing.copy(source._place(key), place, size_bytes=state.size_bytes, tag=state.version)
        return True

    def read(self, key: str, start: int = 0, stop: int | None = None) -> Blocks:
        """Ask for a part of the file, and hand it out as it comes."""
        with understood(safe_key(key)):
            stream = s3_reading.ObjectStream(self.client, self.bucket_name, key, start, stop)
        return Blocks(stream, stream.size_bytes)

    def exists(self, name: str) -> bool:
        """Say whether a file lies exactly there."""
        try:
            self.stat(name)
        except StoredFileMissing:
            return False
        return True

    def stat(self, key: str) -> StoredKey:
        """Return what is known of the file; StoredFileMissing."""
        with understood(safe_key(key)):
            found = self.client.head_object(Bucket=self.bucket_name, Key=key)
        return _stored(key, found["ContentLength"], found)

    def size(self, name: str) -> int:
        """Return the size in bytes; StoredFileMissing."""
        return self.stat(name).size_bytes

    def get_modified_time(self, name: str) -> datetime:
        """Return when the file was written; StoredFileMissing."""
        return self.stat(name).modified_at

    def delete(self, name: str) -> None:
        """Remove a file and every version of it; none is no error."""
        with understood(safe_key(name)):
            answer = self.client.delete_object(Bucket=self.bucket_name, Key=name)
        if _was_versioned(answer):
            self._delete_versions(name, exactly=True)

    def delete_tree(self, prefix: str) -> None:
        """Remove every file below ``prefix`` and the file ``prefix`` itself, with every version of them."""
        folder = safe_key(prefix.rstrip("/"))
        self.delete(folder)
        for page in self._pages("list_objects_v2", Prefix=f"{folder}/", MaxKeys=PAGE):
            found = [{"Key": entry["Key"]} for entry in page.get("Contents", ())]
            if found and any(map(_was_versioned, self._delete(found))):
                self._delete_versions(f"{folder}/", exactly=False)

    def keys(self, prefix: str = "") -> Iterator[StoredKey]:
        """Yield the files whose key begins with ``prefix``, sorted by key.

        Listed first and sorted here, some hundred bytes for each: SeaweedFS lists by folders, others by characters.
        """
        if prefix.rpartition("/")[0]:
            safe_key(prefix.rpartition("/")[0])
        pages = self._pages("list_objects_v2", Prefix=prefix, MaxKeys=PAGE)
        found = [_stored(entry["Key"], entry["Size"], entry) for page in pages for entry in page.get("Contents", ())]
        yield from sorted(found, key=lambda file: file.key)

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Yield a copy that was compared with the tag of the object, gone afterwards; StoredFileMissing, StoreFull."""
        suffix = PurePosixPath(safe_key(key)).suffix
        with temporary_file(Path(self.temporary_dir), suffix=suffix) as (path, stream):
            with room_on_disk():
                s3_reading.fetch(self.client, self.bucket_name, key, stream.write)
                stream.flush()
            yield path

    def free_bytes(self) -> None:
        """Nobody can tell."""
        return

    def sweep(self, *, older_than_s: float) -> int:
        """Abort uploads that nobody will complete, and remove local copies of readers that were killed."""
        begun_before = datetime.now(UTC) - max(UPLOADS_KEPT_FOR, timedelta(seconds=older_than_s))
        left = [
            {"Key": upload["Key"], "UploadId": upload["UploadId"]}
            for page in self._pages("list_multipart_uploads")
            for upload in page.get("Uploads", ())
            if upload["Initiated"] < begun_before
        ]
        for upload in left:
            with understood(upload["Key"]):
                self.client.abort_multipart_upload(Bucket=self.bucket_name, **upload)
        return len(left) + forget_forsaken(Path(self.temporary_dir), older_than_s=older_than_s)

    def trouble(self) -> str | None:
        """Say why no file can be put into the store; asks once and waits for two seconds at most."""
        probe = client_for(self.endpoint_url, self.access_key, self.secret_key, self.region_name, is_patient=False)
        try:
            with understood():
                probe.head_bucket(Bucket=self.bucket_name)
        except StoredFileMissing:
            return f"has no bucket {self.bucket_name}; run the command prepare_stores."
        except StorageError:
            return "doesn't answer or refuses the key; check STORAGE_URL and that the S3 server runs."
        return None

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return where our own process answers the file."""
        base_url = settings.MEDIA_URL if self.base_url is None else self.base_url
        return urljoin(base_url, filepath_to_uri(name).lstrip("/"))

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        """Return the file, fetched and checked: in memory while it is small, so that Pillow may seek."""
        if mode != "rb":
            raise ValueError("A stored file is opened for reading bytes; write() and save() put one.")
        folder = Path(self.temporary_dir)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        spool = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115 - the caller closes it
        try:
            with room_on_disk():
                s3_reading.fetch(self.client, self.bucket_name, safe_key(name), spool.write)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return File(spool, name)

    def _save(self, name: str, content: "File[Any]") -> str:
        """Put a new file, never replacing one: another upload of the same name may arrive at the same moment.

        SeaweedFS keeps the condition for one request, but not when parts become a file: those get a name of their own.
        """
        if content.size > s3_writing.PART_BYTES:
            root, suffix = splitext(name)
            name = self.get_alternative_name(root, suffix)
        while True:
            try:
                s3_writing.write(self._place(name), content.chunks(CHUNK_BYTES), only_new=True)
            except NameTaken:
                name = self.get_available_name(name)
            else:
                return name

    def _place(self, key: str) -> s3_writing.Place:
        headers = {**self.object_parameters, "ContentType": media_type_of(safe_key(key))}
        return s3_writing.Place(self.client, self.bucket_name, key, headers)

    def _pages(self, operation: str, **values: Any) -> Iterator[Any]:
        with understood():
            yield from self.client.get_paginator(operation).paginate(Bucket=self.bucket_name, **values)

    def _delete(self, objects: list[dict[str, str]]) -> list[Any]:
        """Delete objects or versions of one page, a thousand at most; return what the server says of each."""
        with understood():
            answer = self.client.delete_objects(Bucket=self.bucket_name, Delete={"Objects": objects})
        if errors := answer.get("Errors"):
            first = errors[0]
            raise StoreUnavailable(f"{len(errors)} files could not be deleted, as {first['Key']}: {first['Code']}.")
        return list(answer.get("Deleted", ()))

    def _delete_versions(self, prefix: str, *, exactly: bool) -> None:
        """Remove what a bucket with versioning keeps of deleted files: a recalled file must be gone."""
        for page in self._pages("list_object_versions", Prefix=prefix):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            meant = [entry for entry in found if not exactly or entry["Key"] == prefix]
            if meant:
                self._delete([{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in meant])


def _was_versioned(answer: Any) -> bool:
    return bool(answer.get("DeleteMarker") or answer.get("VersionId") or answer.get("DeleteMarkerVersionId"))


def _stored(key: str, size_bytes: int, answer: Any) -> StoredKey:
    return StoredKey(key, size_bytes, answer["LastModified"].astimezone(UTC), answer["ETag"].strip('"'))
