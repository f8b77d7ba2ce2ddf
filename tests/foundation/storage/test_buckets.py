"""Do the buckets have the rules that this system counts on, each of them?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation.configuration import storages_from
from foundation.storage import StoreUnavailable, buckets, put
from foundation.storage.buckets import Outcome, Step, prepare
from foundation.storage.s3 import S3Store
from tests.foundation.storage.conftest import EDITING_URL, Pair
from tests.servers.ports import free_port
from tests.servers.seaweedfs import SeaweedFS

OTHER_ORIGIN = "https://elsewhere.example"


@pytest.fixture
def bare(s3_server: SeaweedFS, tmp_path: Path) -> "Pair[S3Store]":
    """Stores whose buckets nobody has made."""
    return pair_at(s3_server.url(f"rules-{uuid4().hex[:8]}"), tmp_path)


@pytest.fixture
def prepared(bare: "Pair[S3Store]") -> "Pair[S3Store]":
    list(steps_of(bare))
    return bare


@pytest.fixture
def stranger(s3_server: SeaweedFS) -> Iterator[httpx.Client]:
    """Somebody without a key."""
    with httpx.Client(base_url=f"http://127.0.0.1:{s3_server.port}", trust_env=False) as client:
        yield client


def pair_at(url: str, folder: Path) -> "Pair[S3Store]":
    configured = storages_from(url, data_dir=folder)
    private, public = (S3Store(**configured[name]["OPTIONS"]) for name in ("private", "public"))
    return Pair(private, public)


def steps_of(stores: "Pair[S3Store]") -> list[Step]:
    return list(prepare(stores.private, stores.public, upload_origins=[EDITING_URL]))


def outcomes(steps: list[Step]) -> dict[str, Outcome]:
    return {step.what: step.outcome for step in steps}


def test_buckets_are_made_once_and_then_left_as_they_are(bare: "Pair[S3Store]") -> None:
    first, again = steps_of(bare), steps_of(bare)

    assert [step.outcome for step in first].count(Outcome.DONE) == 6
    assert {step.outcome for step in again} == {Outcome.UNCHANGED}
    assert [step.what for step in first] == [step.what for step in again]
    assert list(bare.private.keys("")) == list(bare.public.keys("")) == []


def test_anybody_reads_a_public_file_and_nothing_else(prepared: "Pair[S3Store]", stranger: httpx.Client) -> None:
    put(prepared.public, "film.mp4", [b"for all"])
    put(prepared.private, "film.mp4", [b"for us"])
    public, private = f"/{prepared.public.bucket_name}", f"/{prepared.private.bucket_name}"

    read = stranger.get(f"{public}/film.mp4")
    refused = [
        stranger.get(public).status_code,
        stranger.get(f"{public}?list-type=2").status_code,
        stranger.get(f"{public}?versions").status_code,
        stranger.get(f"{public}?uploads").status_code,
        stranger.put(f"{public}/film.mp4", content=b"mine").status_code,
        stranger.delete(f"{public}/film.mp4").status_code,
        stranger.get(f"{private}/film.mp4").status_code,
        stranger.get(private).status_code,
    ]

    assert (read.status_code, read.content) == (200, b"for all")
    assert read.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert set(refused) == {403}


def test_without_its_policy_nobody_reads_a_public_file(
    prepared: "Pair[S3Store]", stranger: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "SETTLING_S", 0.0)
    put(prepared.public, "film.mp4", [b"for all"])
    prepared.public.client.delete_bucket_policy(Bucket=prepared.public.bucket_name)
    monkeypatch.setattr(buckets, "_open", lambda store: False)

    step = next(step for step in steps_of(prepared) if step.what == "a public file is read without a key")

    assert stranger.get(f"/{prepared.public.bucket_name}/film.mp4").status_code == 403
    assert step.outcome is Outcome.REFUSED
    assert "allow s3:GetObject to everybody" in step.advice


def test_a_private_bucket_that_is_open_is_found_out(prepared: "Pair[S3Store]") -> None:
    bucket = prepared.private.bucket_name
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    actions = ["s3:GetObject", "s3:ListBucket"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resources}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    prepared.private.client.put_bucket_policy(Bucket=bucket, Policy=policy)

    refused = {what for what, outcome in outcomes(steps_of(prepared)).items() if outcome is Outcome.REFUSED}

    assert refused == {"a private file is not read without a key", "private files are not listed without a key"}


def test_a_browser_may_upload_from_the_editing_address_only(prepared: "Pair[S3Store]", stranger: httpx.Client) -> None:
    def asked(bucket: str, origin: str, method: str) -> httpx.Response:
        headers = {"Origin": origin, "Access-Control-Request-Method": method}
        return stranger.options(f"/{bucket}/masters/film.mp4", headers=headers)

    allowed = asked(prepared.private.bucket_name, EDITING_URL, "PUT")
    others = [
        asked(prepared.private.bucket_name, OTHER_ORIGIN, "PUT"),
        asked(prepared.private.bucket_name, EDITING_URL, "DELETE"),
        asked(prepared.public.bucket_name, EDITING_URL, "PUT"),
    ]

    assert allowed.headers["Access-Control-Allow-Origin"] == EDITING_URL
    assert allowed.headers["Access-Control-Expose-Headers"] == "ETag"
    assert [other.headers.get("Access-Control-Allow-Methods") for other in others] == [None, None, None]


def test_unfinished_uploads_are_dropped_by_the_server(prepared: "Pair[S3Store]") -> None:
    for store in (prepared.private, prepared.public):
        found = store.client.get_bucket_lifecycle_configuration(Bucket=store.bucket_name)["Rules"]

        assert [rule["AbortIncompleteMultipartUpload"] for rule in found] == [{"DaysAfterInitiation": 7}]
        assert [(rule["Status"], rule["Filter"]) for rule in found] == [("Enabled", {"Prefix": ""})]


def test_rules_of_others_are_kept(prepared: "Pair[S3Store]") -> None:
    store = prepared.private
    other = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "theirs/"}, "Expiration": {"Days": 9}}
    configuration = {"Rules": [other]}
    store.client.put_bucket_lifecycle_configuration(Bucket=store.bucket_name, LifecycleConfiguration=configuration)

    steps_of(prepared)

    found = store.client.get_bucket_lifecycle_configuration(Bucket=store.bucket_name)["Rules"]
    assert {rule["ID"] for rule in found} == {"theirs", buckets.RULE}


def test_a_bucket_that_keeps_versions_stops_keeping_them(prepared: "Pair[S3Store]") -> None:
    named = {"Bucket": prepared.public.bucket_name}
    prepared.public.client.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Enabled"})

    steps = outcomes(steps_of(prepared))

    assert steps[f"{prepared.public.bucket_name} keeps no older versions"] is Outcome.DONE
    assert prepared.public.client.get_bucket_versioning(**named)["Status"] == "Suspended"


def test_a_step_that_the_server_refuses_is_told_with_what_to_do(
    prepared: "Pair[S3Store]", monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(store: S3Store, origins: Any) -> bool:
        rule = {"AllowedOrigins": list(origins), "AllowedMethods": ["NOTHING"]}
        store.client.put_bucket_cors(Bucket=store.bucket_name, CORSConfiguration={"CORSRules": [rule]})
        return True

    monkeypatch.setattr(buckets, "_cors", broken)

    refused = [step for step in steps_of(prepared) if step.outcome is Outcome.REFUSED]

    assert [step.what for step in refused] == [f"{prepared.private.bucket_name} takes uploads from {EDITING_URL}"]
    assert "Set it by hand" in refused[0].advice


def test_a_key_that_may_not_make_buckets_ends_it(s3_server: SeaweedFS, tmp_path: Path) -> None:
    url = s3_server.url("refused").replace("secret-of", "another-secret-of")

    (step,) = steps_of(pair_at(url, tmp_path))

    assert (step.what, step.outcome) == ("bucket refused-private", Outcome.REFUSED)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_does_not_answer_ends_it(tmp_path: Path) -> None:
    stores = pair_at(f"s3://key:secret@127.0.0.1:{free_port()}/gone?tls=no", tmp_path)

    with pytest.raises(StoreUnavailable, match="check STORAGE_URL"):
        steps_of(stores)
