"""What do the tests of orders share? A client with the key, a film in the store, an order for it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from foundation.contracts.transcoding import FilmManifest, TranscodeRequest, TranscodeStatus
from foundation.storage import private_store, put
from services.media_transcoder.cli import main
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.publishing import work_directory
from tests.databases import url_of_the_test
from tests.servers.seaweedfs import s3_server as s3_server
from tests.services.media_transcoder import films
from tests.stores import folders as folders
from tests.stores import keys_below

Answer = Any  # the test client adds json() to a response


class Service:
    """The API as the CMS calls it."""

    def __init__(self) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {settings.TRANSCODER_KEY}"})

    def ask(self, request: TranscodeRequest, *, key: str) -> Answer:
        body = request.model_dump_json()
        return self.post("/v1/jobs", body, key=key)

    def post(self, path: str, body: str = "", *, key: str = "") -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return self._client.post(path, body, content_type="application/json", headers=headers)

    def get(self, path: str) -> Answer:
        return self._client.get(path)

    def order(self, request: TranscodeRequest) -> TranscodeStatus:
        response = self.ask(request, key=uuid4().hex)
        assert response.status_code == 202
        return TranscodeStatus.model_validate_json(response.content)

    def status(self, job_id: UUID) -> TranscodeStatus:
        response = self.get(f"/v1/jobs/{job_id}")
        assert response.status_code == 200
        return TranscodeStatus.model_validate_json(response.content)


@pytest.fixture
def service() -> Service:
    return Service()


CHUNK_S = 2.0  # a segment is the shortest chunk: the films of these tests are cut at 4 and at 8 seconds


@pytest.fixture(scope="session")
def cut_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven seconds with sound and a keyframe every second: long enough for three chunks."""
    folder = tmp_path_factory.mktemp("cut")
    picture = ("-f", "lavfi", "-i", "testsrc2=s=320x180:d=11:r=30")
    return films.film(folder / "cut.mp4", picture=picture, beep=films.sound(seconds=11), options=("-g", "30"))


@pytest.fixture(scope="session")
def cut_hashes(cut_film: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the hash of every file that ``./hub transcode`` makes of the film in chunks."""
    folder = tmp_path_factory.mktemp("alone") / "film"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.media_transcoder.settings.FILM_CHUNK_S", CHUNK_S)
        assert main(["--threads", "1", str(cut_film), str(folder)]) == 0
    return hashes_of(FilmManifest.model_validate_json((folder / "manifest.json").read_bytes()))


@pytest.fixture
def short_chunks(settings: Settings) -> None:
    """Cut films of some seconds, and encode as ``cut_hashes`` was."""
    settings.FILM_CHUNK_S = CHUNK_S
    settings.FFMPEG_THREADS = 1


def hashes_of(manifest: FilmManifest | None) -> dict[str, str]:
    assert manifest is not None
    return {file.path: file.sha256 for file in manifest.files}


@pytest.fixture(scope="session")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    return films.film(folder / "small.mp4", picture=films.pictures(size="192x108", seconds=1), beep=None)


Stored = Callable[[Path], TranscodeRequest]


@pytest.fixture
def stored() -> Stored:
    """Put a film into the private store and return the request for it."""

    def store(path: Path) -> TranscodeRequest:
        content = path.read_bytes()
        key = f"films/{uuid4().hex}"
        put(private_store(), f"{key}/master", [content])
        sha256 = hashlib.sha256(content).hexdigest()
        return TranscodeRequest(source_key=f"{key}/master", source_sha256=sha256, output_prefix=f"{key}/prepared")

    return store


def files_below(prefix: str) -> set[str]:
    """Return the keys below ``prefix`` of the private store, relative to it."""
    return {key.removeprefix(f"{prefix}/") for key in keys_below(private_store(), prefix)}


def work_of(job_id: UUID) -> Path:
    return work_directory(Order.objects.get(id=job_id).id)


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Start real workers on the database of the test; what still runs is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "services.media_transcoder.manage", "work", "--lane", "default"]

    def start() -> "subprocess.Popen[bytes]":
        environment = os.environ | {
            "DATABASE_URL": url_of_the_test(),
            "DJANGO_SETTINGS_MODULE": "tests.services.media_transcoder.settings",
            "FFMPEG_THREADS": str(settings.FFMPEG_THREADS),
            "TEST_CHUNK_S": str(settings.FILM_CHUNK_S),
        }
        started.append(subprocess.Popen(command, env=environment))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait(10)
