"""What must be true of the buckets on an S3 server, and who makes it so?

Each rule is put only where it isn't in force yet, and at the end the buckets are tried out as a stranger would.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from foundation.storage.errors import StoreUnavailable
from foundation.storage.s3 import UPLOADS_KEPT_FOR, S3Store
from foundation.storage.s3_client import code_of, status_of

RULE = "make-it-safe-unfinished-uploads"
SETTLING_S = 10.0  # servers with several machines take a moment to agree on a policy
_UNKNOWN = frozenset({"NotImplemented", "MethodNotAllowed", "NoSuchBucketPolicy"})


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    UNCHANGED = "as it should be"
    REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    """One thing that must be true, and what became of it; ``advice`` says what to do about a refusal."""

    what: str
    outcome: Outcome
    advice: str = ""


class _Wrong(Exception):
    """A stranger may do what none should, or may not do what all should."""


def prepare(private: S3Store, public: S3Store, *, upload_origins: Sequence[str]) -> Iterator[Step]:
    """Make both buckets what this system needs, and yield each step; StoreUnavailable when no server answers."""
    for store in (private, public):
        made = _tried(f"bucket {store.bucket_name}", partial(_make, store))
        yield made
        if made.outcome is Outcome.REFUSED:
            return
        yield _tried(f"{store.bucket_name} keeps no older versions", partial(_keep_no_versions, store))
        yield _tried(f"{store.bucket_name} drops unfinished uploads", partial(_drop_unfinished, store))
    origins = " ".join(upload_origins)
    yield _tried(f"{private.bucket_name} takes uploads from {origins}", partial(_cors, private, upload_origins))
    yield _tried(f"{public.bucket_name} may be read by anybody", partial(_open, public))
    yield from _tried_out(private, public)


def _tried(what: str, act: Callable[[], bool]) -> Step:
    try:
        return Step(what, Outcome.DONE if act() else Outcome.UNCHANGED)
    except ClientError as error:
        advice = f"The server answers {code_of(error)}. Set it by hand, or use a key that may."
        return Step(what, Outcome.REFUSED, advice)
    except _Wrong as error:
        return Step(what, Outcome.REFUSED, str(error))
    except BotoCoreError as error:
        raise StoreUnavailable("The S3 server doesn't answer; check STORAGE_URL and that it runs.") from error


def _make(store: S3Store) -> bool:
    try:
        store.client.head_bucket(Bucket=store.bucket_name)
    except ClientError as error:
        if status_of(error) != 404:
            raise
    else:
        return False
    place = {"LocationConstraint": store.region_name}
    more = {} if store.region_name == "us-east-1" else {"CreateBucketConfiguration": place}
    store.client.create_bucket(Bucket=store.bucket_name, **more)
    return True


def _keep_no_versions(store: S3Store) -> bool:
    if _asked(store.client.get_bucket_versioning, store, "Status") != "Enabled":
        return False
    store.client.put_bucket_versioning(Bucket=store.bucket_name, VersioningConfiguration={"Status": "Suspended"})
    return True


def _drop_unfinished(store: S3Store) -> bool:
    rule = {
        "ID": RULE,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UPLOADS_KEPT_FOR.days},
    }
    present = _asked(store.client.get_bucket_lifecycle_configuration, store, "Rules") or []
    if rule in present:
        return False
    rules = [*(other for other in present if other.get("ID") != RULE), rule]
    store.client.put_bucket_lifecycle_configuration(Bucket=store.bucket_name, LifecycleConfiguration={"Rules": rules})
    return True


def _cors(store: S3Store, origins: Sequence[str]) -> bool:
    rule = {
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    if _asked(store.client.get_bucket_cors, store, "CORSRules") == [rule]:
        return False
    store.client.put_bucket_cors(Bucket=store.bucket_name, CORSConfiguration={"CORSRules": [rule]})
    return True


def _open(store: S3Store) -> bool:
    """Let anybody read a file whose key they know; nobody may list them."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{store.bucket_name}/*",
    }
    wanted = {"Version": "2012-10-17", "Statement": [statement]}
    present = _asked(store.client.get_bucket_policy, store, "Policy")
    if present and json.loads(present) == wanted:
        return False
    put = partial(store.client.put_bucket_policy, Bucket=store.bucket_name, Policy=json.dumps(wanted))
    try:
        put()
    except ClientError as error:
        if code_of(error) != "AccessDenied":
            raise
        store.client.delete_public_access_block(Bucket=store.bucket_name)  # as new buckets have it at Amazon
        put()
    return True


def _asked(get: Callable[..., Any], store: S3Store, name: str) -> Any:
    """Return what is configured; None if nothing is, or the server knows no such thing."""
    try:
        return get(Bucket=store.bucket_name).get(name)
    except ClientError as error:
        if status_of(error) == 404 or code_of(error) in _UNKNOWN:
            return None
        raise


def _tried_out(private: S3Store, public: S3Store) -> Iterator[Step]:
    """Read and list as somebody without a key."""
    with _sample(private) as hidden, _sample(public) as shown:
        stranger = private.unsigned_connection.meta.client
        reads, lists = stranger.get_object, stranger.list_objects_v2
        yield _tried(
            "a public file is read without a key", partial(_let_in, reads, Bucket=public.bucket_name, Key=shown)
        )
        for what, ask in (
            ("public files are not listed without a key", partial(lists, Bucket=public.bucket_name)),
            ("a private file is not read without a key", partial(reads, Bucket=private.bucket_name, Key=hidden)),
            ("private files are not listed without a key", partial(lists, Bucket=private.bucket_name)),
        ):
            yield _tried(what, partial(_keep_out, ask))


@contextmanager
def _sample(store: S3Store) -> Iterator[str]:
    key = f"tried-out/{uuid4()}"
    store.write(key, [b"tried out"])
    try:
        yield key
    finally:
        store.delete(key)


def _let_in(ask: Callable[..., Any], **values: Any) -> bool:
    give_up_at = time.monotonic() + SETTLING_S
    while True:
        try:
            ask(**values)["Body"].close()
        except ClientError as error:
            if time.monotonic() > give_up_at:
                raise _Wrong("It is not: allow s3:GetObject to everybody in the policy of the bucket.") from error
            time.sleep(0.2)
        else:
            return False


def _keep_out(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except ClientError as error:
        if status_of(error) in {401, 403}:
            return False
        raise
    raise _Wrong("It is: take that right from everybody in the policy of the bucket, or in its access list.")
