"""What becomes of work, answers and readiness while the store doesn't answer, and afterwards?"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db.models import F
from django.test import Client

from foundation.configuration import storages_from
from foundation.jobs.actions import submit
from foundation.jobs.models import Job, State
from foundation.jobs.worker import run_until_idle
from foundation.storage.files import FileStore
from foundation.storage.s3 import S3Store
from tests.foundation.example.jobs import Note
from tests.servers.ports import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silent(impatient: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private store on a server that isn't there."""
    configured = storages_from(f"s3://key:secret@127.0.0.1:{free_port()}/gone?tls=no", data_dir=tmp_path)
    monkeypatch.setitem(vars(storages)["_storages"], "private", S3Store(**configured["private"]["OPTIONS"]))


def test_a_job_comes_back_to_it_without_being_called_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    submit("example.keep", Note(what="kept"))
    run_until_idle()
    waiting = Job.objects.get()

    store = FileStore(location=tmp_path / "store")
    monkeypatch.setitem(vars(storages)["_storages"], "private", store)
    Job.objects.update(run_at=F("run_at") - timedelta(hours=1))
    run_until_idle()

    assert (waiting.state, waiting.attempt) == (State.QUEUED, 1)
    assert waiting.error.startswith("The store for files doesn't answer. Try again in a few minutes")
    assert "job_raised" not in caplog.text
    assert (Job.objects.get().state, store.size("note")) == (State.SUCCEEDED, 4)


def test_a_reader_is_asked_to_come_back() -> None:
    response = Client().get("/files/film.mp4")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response.content == b"The files can't be reached at the moment. Try again in a minute."
    assert "Cache-Control" not in response


def test_the_process_is_not_ready() -> None:
    response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json()["missing"] == [
        "The private store doesn't answer or refuses the key; check STORAGE_URL and that the S3 server runs."
    ]
