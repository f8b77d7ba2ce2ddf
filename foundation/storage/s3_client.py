"""How is an S3 server spoken to, and what do its refusals mean?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from foundation.storage.errors import StorageError, StoredFileMissing, StoreFull, StoreUnavailable

ATTEMPTS = 9  # the pauses between them grow from 50 ms and come to six seconds: a server may start again
_FULL = frozenset({"EntityStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"})
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion"})
_NO_ANSWER = (
    "The store for files doesn't answer. Try again in a few minutes; "
    "if that doesn't help, check STORAGE_URL and that the S3 server runs."
)
_NO_ENTRY = "The store for files refuses the key in STORAGE_URL: correct it, or let it read and write both buckets."
_NO_BUCKET = "The store for files has no such bucket: run the command prepare_stores."
_NO_ROOM = "The store for files is full; free some space and try again."


_making = Lock()


class NameTaken(StorageError):
    """A file that must not be replaced lies under this key."""


def config_for(*, is_patient: bool) -> Config:
    """Return how connections behave: patient ones outlast the restart of a server, a probe wants an answer now."""
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},  # servers of one's own have no name per bucket
        connect_timeout=5 if is_patient else 2,
        read_timeout=60 if is_patient else 2,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS if is_patient else 1},
        max_pool_connections=16,
        tcp_keepalive=True,
        request_checksum_calculation="when_required",  # many servers know no other; writers send Content-MD5
        response_checksum_validation="when_required",
    )


@lru_cache(maxsize=8)
def client_for(endpoint_url: str, access_key: str, secret_key: str, region: str, is_patient: bool = True) -> Any:
    """Return the client of this process for a server and a key; threads may share one, processes after a fork not."""
    with _making:  # by one thread at a time: a client may be shared, what makes it may not
        session = _session_for(access_key, secret_key, region)
        return session.client("s3", endpoint_url=endpoint_url, config=config_for(is_patient=is_patient))


@lru_cache(maxsize=2)
def _session_for(access_key: str, secret_key: str, region: str) -> Any:
    """Return what keeps the description of S3, 12 MB, for all clients of a key."""
    return boto3.session.Session(access_key, secret_key, region_name=region)


def _forget_connections() -> None:
    global _making
    _making = Lock()  # another thread of the parent may have held it
    client_for.cache_clear()


os.register_at_fork(after_in_child=_forget_connections)


@contextmanager
def understood(key: str = "") -> Iterator[None]:
    """Say what the server answers, or that it doesn't, in the words of a store."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error, key) from error
    except BotoCoreError as error:
        raise StoreUnavailable(_NO_ANSWER) from error


def code_of(error: ClientError) -> str:
    """Return the code S3 gives an error, such as ``NoSuchKey``; the status where an answer has no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Return the HTTP status of an error."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _meaning(error: ClientError, key: str) -> StorageError:
    code, status = code_of(error), status_of(error)
    if code in _FULL or status == 507:
        return StoreFull(_NO_ROOM)
    if code in _MISSING:
        return StoredFileMissing(f"There is no file {key} in the store.")
    if status == 412:
        return NameTaken(f"There is another file {key} in the store.")
    if code == "NoSuchBucket":
        return StoreUnavailable(_NO_BUCKET)
    if status in {401, 403}:
        return StoreUnavailable(_NO_ENTRY)
    if status in {400, 405, 501}:
        return StorageError(f"The store refuses {key} ({code}).")
    return StoreUnavailable(_NO_ANSWER)
