"""What is left when the server is killed with -9 between the steps of an upload to the store?"""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from cms.films.actions import direct_uploads, masters
from cms.films.jobs import tidy
from cms.films.models import Film, FilmState, Upload, UploadState
from foundation.jobs import ledger
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store
from foundation.storage.parts import PartsGone, PartStore, arrived, unfinished
from tests.cms.films.direct import DirectClient
from tests.cms.films.killing import killed_once_ready, pausing_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_begun_but_not_written_down_goes_and_the_film_comes(
    direct: DirectClient, buckets: PartStore, film: Film, long_footage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = long_footage.read_bytes()

    killed_once_ready(pausing_at(monkeypatch, direct_uploads, "_written_down", lambda: direct.begin(film, data)))
    orphans = list(unfinished(buckets, "masters/"))
    direct_uploads.abort_forgotten(at=timezone.now() + timedelta(hours=2))

    assert len(orphans) == 1
    assert not Upload.objects.exists()
    assert list(unfinished(buckets, "masters/")) == []
    direct.send(film, long_footage)
    assert_master_is(data, film)


def test_the_end_of_an_upload_that_was_not_written_down_is_said_again(
    direct: DirectClient, film: Film, long_footage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = long_footage.read_bytes()
    url = direct.begin(film, data)
    direct.put(url, data, 1, 2, 3)

    killed_once_ready(pausing_at(monkeypatch, direct_uploads, "submit", lambda: direct.complete(url)))

    assert Upload.objects.get().state == UploadState.RECEIVING
    assert not Job.objects.filter(kind="films.check_upload").exists()
    assert direct.missing(url) == []
    assert direct.complete(url).status_code == 204
    assert_master_is(data, film)


@pytest.mark.parametrize("step", ["_check_is_film", "_hashed", "StoredFile", "adopt_master"])
def test_what_is_complete_in_the_store_and_not_adopted_is_found_again(
    step: str,
    direct: DirectClient,
    buckets: PartStore,
    film: Film,
    long_footage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = long_footage.read_bytes()
    url = direct.begin(film, data)
    direct.put(url, data, 1, 2, 3)
    direct.complete(url)

    killed_once_ready(pausing_at(monkeypatch, masters, step, lambda: run_until_idle(["default"])))
    upload = Upload.objects.get()

    assert upload.state == UploadState.COMPLETE
    assert private_store().size(upload.master_key) == len(data)
    with pytest.raises(PartsGone):
        arrived(buckets, upload.master_key, upload.multipart_id)
    assert_master_is(data, film)


def assert_master_is(data: bytes, film: Film) -> None:
    """Let the next worker do what the last one left; all must be there, once."""
    Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    ledger.sweep()
    run_until_idle(["default"])
    tidy()
    film.refresh_from_db()
    assert (film.state, film.master_sha256) == (FilmState.QUEUED, hashlib.sha256(data).hexdigest())
    assert [file.key for file in private_store().keys("")] == [film.master_key]
    assert film.attempt == 1
    assert Job.objects.filter(kind="films.order_preparation").count() == 1
