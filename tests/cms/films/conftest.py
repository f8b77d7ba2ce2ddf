"""What do the tests of films share?"""

import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
import pytest
from django.conf import settings as django_settings
from django.test import Client

from cms.films.models import Film
from foundation.jobs.worker import run_until_idle
from foundation.storage import delete_tree, private_store
from foundation.storage.parts import LEAST_PART_BYTES, PartStore, abort, unfinished
from tests.cms.factories import make_user
from tests.cms.films.direct import DirectClient, make_buckets, use_buckets
from tests.cms.films.tus import TusClient
from tests.cms.films.twin import TranscoderTwin
from tests.cms.films.visitor import Window, open_window
from tests.servers.ports import free_port
from tests.servers.seaweedfs import SeaweedFS
from tests.servers.seaweedfs import s3_server as s3_server
from tests.stores import folders as folders


@pytest.fixture(autouse=True)
def _empty_store() -> None:
    for prefix in ("uploads", "masters", "renditions"):
        delete_tree(private_store(), prefix)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user())
    return client


@pytest.fixture
def tus(staff: Client) -> TusClient:
    return TusClient(staff)


@pytest.fixture
def film(db: None) -> Film:
    return Film.objects.create(title="Behind the screen")


@pytest.fixture
def twin(settings: Any) -> Iterator[TranscoderTwin]:
    """A transcoder that speaks its contract; the CMS is told its address."""
    with TranscoderTwin(django_settings.TRANSCODER_KEY) as twin:
        settings.TRANSCODER_URL = twin.url
        yield twin


@pytest.fixture
def ordered(tus: TusClient, film: Film, footage: Path, twin: TranscoderTwin) -> Film:
    """A film whose master was accepted and whose preparation is ordered."""
    tus.send(film, footage)
    run_until_idle()
    film.refresh_from_db()
    return film


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real film of two seconds, with sound, place and author."""
    path = tmp_path_factory.mktemp("footage") / "film.mp4"
    make_footage(path, "-metadata", "location=+50.8503+004.3517/", "-metadata", "artist=Amal Example")
    return path


@pytest.fixture(scope="session")
def clean_footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same film as the transcoder would leave it."""
    path = tmp_path_factory.mktemp("footage") / "clean.mp4"
    make_footage(path, "-map_metadata", "-1", "-fflags", "+bitexact")
    return path


def make_footage(path: Path, *options: str) -> None:
    sources = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=2"]
    sources += ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *sources, "-shortest", "-preset", "ultrafast"]
    subprocess.run([*command, *options, str(path)], check=True)


@pytest.fixture(scope="session")
def line() -> Iterator[httpx.Client]:
    """What a browser has of the store: no key, only URLs."""
    with httpx.Client(timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    """One browser for all tests of this process."""
    with open_window() as window:
        yield window


@pytest.fixture(scope="session")
def staff_ports() -> tuple[int, int]:
    """The ports of pages from which films may be sent to the store: of this process, and of one beside it."""
    return free_port(), free_port()


@pytest.fixture(scope="session")
def prepared_servers() -> set[int]:
    """The ports of S3 servers that have their buckets."""
    return set()


@pytest.fixture
def buckets(s3_server: SeaweedFS, settings: Any, staff_ports: tuple[int, int], prepared_servers: set[int]) -> PartStore:
    """The stores of this process lie on an S3 server."""
    store = use_buckets(s3_server, settings)
    if s3_server.port not in prepared_servers:
        make_buckets(upload_origins=[f"http://127.0.0.1:{port}" for port in staff_ports])
        prepared_servers.add(s3_server.port)
    for prefix in ("uploads", "masters", "renditions"):
        delete_tree(private_store(), prefix)
    for each in list(unfinished(store, "masters/")):
        abort(store, each.key, each.upload_id)
    return store


@pytest.fixture
def direct(buckets: PartStore, staff: Client, line: httpx.Client) -> DirectClient:
    return DirectClient(staff, line)


@pytest.fixture(scope="session")
def long_footage(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real film of three parts: the box that fills it up means nothing."""
    path = tmp_path_factory.mktemp("footage") / "long.mp4"
    padding = 2 * LEAST_PART_BYTES
    path.write_bytes(footage.read_bytes() + struct.pack(">I4s", padding, b"free") + bytes(padding - 8))
    return path
