"""What is left when the server is killed with -9 while a piece arrives?"""

import hashlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from cms.films.actions import uploads
from cms.films.jobs import tidy
from cms.films.models import Film, Upload, UploadPart
from foundation.jobs.worker import run_until_idle
from foundation.storage import local_path, private_store
from tests.cms.films.killing import killed_once_ready
from tests.cms.films.tus import TusClient
from tests.stores import keys_below

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_piece_that_was_half_there_is_sent_again(tus: TusClient, film: Film, footage: Path) -> None:
    data = footage.read_bytes()
    url = tus.begin(film, len(data))
    tus.patch(url, 0, data[:5000])
    upload = Upload.objects.get()

    def receive(signal_ready: Callable[[], None]) -> None:
        def blocks() -> Iterator[bytes]:
            yield data[5000:7000]
            signal_ready()
            signal.pause()

        uploads.receive_part(upload, offset_bytes=5000, blocks=blocks(), at=timezone.now())

    killed_once_ready(receive)

    assert tus.offset(url) == 5000
    assert tus.patch(url, 5000, data[5000:]).status_code == 204
    assert_master_is(data, upload)


def test_a_piece_that_was_stored_but_not_counted_is_sent_again(
    tus: TusClient, film: Film, footage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = footage.read_bytes()
    url = tus.begin(film, len(data))
    tus.patch(url, 0, data[:5000])
    upload = Upload.objects.get()

    def receive(signal_ready: Callable[[], None]) -> None:
        def pause(*args: object, **kwargs: object) -> None:
            signal_ready()
            signal.pause()

        monkeypatch.setattr(uploads, "_append", pause)
        uploads.receive_part(upload, offset_bytes=5000, blocks=[data[5000:]], at=timezone.now())

    killed_once_ready(receive)
    orphans = keys_below(private_store(), upload.prefix)

    assert len(orphans) == 2
    assert (tus.offset(url), UploadPart.objects.count()) == (5000, 1)
    assert tus.patch(url, 5000, data[5000:]).status_code == 204
    assert_master_is(data, upload)
    assert not keys_below(private_store(), upload.prefix)


def test_what_is_counted_is_never_sent_twice(tus: TusClient, film: Film, footage: Path) -> None:
    data = footage.read_bytes()
    url = tus.begin(film, len(data))
    upload = Upload.objects.get()

    def receive(signal_ready: Callable[[], None]) -> None:
        uploads.receive_part(upload, offset_bytes=0, blocks=[data[:9000]], at=timezone.now())
        signal_ready()
        signal.pause()

    killed_once_ready(receive)

    assert tus.offset(url) == 9000
    assert tus.patch(url, 0, data[:9000]).status_code == 409
    assert tus.patch(url, 9000, data[9000:]).status_code == 204
    assert_master_is(data, upload)


def test_a_client_that_missed_the_last_answer_learns_that_all_has_arrived(
    tus: TusClient, film: Film, footage: Path
) -> None:
    upload = tus.send(film, footage)
    run_until_idle(["default"])

    response = tus.head(f"/admin/films/uploads/{upload.pk}/")

    assert response.status_code == 200
    assert response.headers["Upload-Offset"] == response.headers["Upload-Length"] == str(footage.stat().st_size)


def assert_master_is(data: bytes, upload: Upload) -> None:
    run_until_idle(["default"])
    tidy()
    with local_path(private_store(), upload.master_key) as path:
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(data).digest()
