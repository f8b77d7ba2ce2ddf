"""Does the upload keep to tus 1.0.0, and to what a person may do?"""

import hashlib
import resource
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.films.jobs import tidy
from cms.films.models import Film, Upload, UploadPart, UploadState
from cms.users.models import User
from foundation.jobs.models import Job
from foundation.storage import private_store
from tests.cms.factories import make_user
from tests.cms.films.tus import TusClient
from tests.stores import keys_below

pytestmark = pytest.mark.django_db
BEGINNING = b"\0\0\0\x18ftypisom" + bytes(5000)


def test_the_server_says_what_it_can(tus: TusClient) -> None:
    response = tus.client.options(reverse("films:uploads"))

    assert response.status_code == 204
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Extension"] == "creation,expiration,termination"
    assert response.headers["Tus-Max-Size"] == str(django_settings.FILM_MAX_BYTES)


def test_a_file_arrives_in_pieces(tus: TusClient, film: Film, footage: Path) -> None:
    data = footage.read_bytes()
    created = tus.create(film, len(data), "my film.mp4")
    url = created.headers["Location"]

    first = tus.patch(url, 0, data[:9000])
    between = tus.head(url)
    second = tus.patch(url, 9000, data[9000:])

    assert (created.status_code, first.status_code, between.status_code, second.status_code) == (201, 204, 200, 204)
    assert (first.headers["Upload-Offset"], between.headers["Upload-Offset"]) == ("9000", "9000")
    assert between.headers["Upload-Length"] == second.headers["Upload-Offset"] == str(len(data))
    assert "no-store" in between.headers["Cache-Control"]
    assert created.headers["Upload-Expires"].endswith("GMT")
    upload = Upload.objects.get()
    assert (upload.state, upload.filename, upload.film_id) == (UploadState.COMPLETE, "my film.mp4", film.pk)
    assert joined_sha256(upload) == hashlib.sha256(data).hexdigest()
    assert Job.objects.filter(kind="films.check_upload").count() == 1


@pytest.mark.parametrize("offset", [0, 5000, 9001, 20_000])
def test_a_piece_for_another_place_is_refused(tus: TusClient, film: Film, offset: int) -> None:
    url = tus.begin(film, 100_000)
    tus.patch(url, 0, BEGINNING)

    response = tus.patch(url, offset, b"x" * 100)

    assert response.status_code == 409
    assert response.headers["Upload-Offset"] == str(len(BEGINNING))
    assert tus.offset(url) == len(BEGINNING)
    assert UploadPart.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_send_the_same_piece_one_wins(film: Film, live_server: Any) -> None:
    user = make_user()
    clients = [browser_of(user), browser_of(user)]
    url = TusClient(clients[0]).begin(film, len(BEGINNING) * 2)
    pieces = [BEGINNING, BEGINNING[:3000]]

    with ThreadPoolExecutor(2) as threads:
        sent = zip(clients, pieces, strict=True)
        jobs = [threads.submit(raw_patch, live_server.url, client, url, 0, piece) for client, piece in sent]
        answers = sorted(job.result() for job in jobs)

    assert answers == [204, 409]
    upload = Upload.objects.get()
    part = UploadPart.objects.get()
    assert upload.offset_bytes == part.size_bytes
    assert stored_parts(upload) == [part.key]


@pytest.mark.django_db(transaction=True)
def test_what_came_before_the_connection_broke_is_kept(film: Film, live_server: Any) -> None:
    client = browser_of(make_user())
    url = TusClient(client).begin(film, len(BEGINNING) * 2)

    raw_patch(live_server.url, client, url, 0, BEGINNING, announced=len(BEGINNING) + 4000)

    assert waited_offset(client, url) == len(BEGINNING)


def test_a_cancelled_upload_is_gone_with_its_pieces(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 100_000)
    tus.patch(url, 0, BEGINNING)
    upload = Upload.objects.get()

    cancelled = tus.delete(url)
    tidy()

    assert cancelled.status_code == 204
    assert [answer.status_code for answer in (tus.head(url), tus.patch(url, 5012, b"x"), tus.delete(url))] == [410] * 3
    assert stored_parts(upload) == []


def test_an_upload_nobody_goes_on_with_expires(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 100_000)
    tus.patch(url, 0, BEGINNING)
    upload = Upload.objects.get()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    response = tus.patch(url, len(BEGINNING), b"x")
    tidy()

    assert response.status_code == 410
    assert "Choose the file again" in response.json()["detail"]
    assert not Upload.objects.exists()
    assert stored_parts(upload) == []


def test_expired_uploads_are_tidied_away_unasked(tus: TusClient, film: Film) -> None:
    tus.patch(tus.begin(film, 100_000), 0, BEGINNING)
    upload = Upload.objects.get()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    young = Upload.objects.get(pk=tus.begin(film, 100_000).rstrip("/").rpartition("/")[2])

    tidy()

    assert list(Upload.objects.all()) == [young]
    assert stored_parts(upload) == []


@pytest.mark.parametrize(
    ("length", "status", "sentence"),
    [
        ("0", 422, "The file is empty"),
        (str(2**60), 413, "too big"),
        ("", 400, "Upload-Length"),
        ("-5", 400, "Upload-Length"),
        ("many", 400, "Upload-Length"),
    ],
)
def test_a_length_that_makes_no_sense_is_refused(
    tus: TusClient, film: Film, length: str, status: int, sentence: str
) -> None:
    response = tus.create(film, length)

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert sentence in response.json()["detail"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Dear diary, " * 500, "This file is text"),
        (b"#EXTM3U\n/etc/passwd\n" + b"#\n" * 3000, "This file is text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), "a picture, a document or an archive"),
        (bytes(range(1, 256)) * 20, "no film we know"),
        (b"\0\0\0\x18ftypheic" + bytes(5000), "is a picture"),
    ],
)
def test_what_is_no_film_is_refused_with_its_first_piece(
    tus: TusClient, film: Film, content: bytes, sentence: str
) -> None:
    url = tus.begin(film, 1_000_000, "film.mp4")
    upload = Upload.objects.get()

    response = tus.patch(url, 0, content)
    tidy()

    assert response.status_code == 422
    assert sentence in response.json()["detail"]
    assert not Upload.objects.exists()
    assert stored_parts(upload) == []


def test_a_file_for_a_film_that_is_gone_is_refused(tus: TusClient, film: Film) -> None:
    film_id, film.pk = film.pk, "0" * 32
    unknown = tus.create(film, 1000)
    film.pk = "no id at all"
    senseless = tus.create(film, 1000)
    film.pk = film_id

    assert (unknown.status_code, senseless.status_code) == (404, 404)


def test_a_piece_beyond_the_end_is_refused(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 6000)

    response = tus.patch(url, 0, BEGINNING + bytes(2000))

    assert response.status_code == 413
    assert tus.offset(url) == 0


def test_a_piece_of_another_type_or_version_is_refused(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 6000)

    as_form = tus.ask("patch", url, data=BEGINNING, content_type="text/plain", headers={"upload_offset": "0"})
    as_other = tus.patch(url, 0, BEGINNING, tus_resumable="0.2.2")
    as_none = tus.patch(url, 0, BEGINNING, tus_resumable="")

    assert (as_form.status_code, as_other.status_code, as_none.status_code) == (415, 412, 412)
    assert as_other.headers["Tus-Version"] == "1.0.0"
    assert tus.offset(url) == 0


def test_a_proxy_that_knows_only_post_may_say_what_it_means(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 6000)
    headers = {"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}

    response = tus.client.post(url, BEGINNING, content_type="application/offset+octet-stream", headers=headers)
    by_get = tus.client.get(url, headers=headers)

    assert (response.status_code, by_get.status_code) == (204, 405)


@pytest.mark.usefixtures("folders")
def test_a_full_disk_is_said_and_leaves_nothing(tus: TusClient, film: Film) -> None:
    url = tus.begin(film, 100_000_000)
    tus.patch(url, 0, BEGINNING)
    piece = bytes(40_000_000)

    with disk_of(30_000_000):
        response = tus.patch(url, len(BEGINNING), piece)

    assert response.status_code == 507
    assert "disk of the server is full" in response.json()["detail"]
    assert tus.offset(url) == len(BEGINNING)
    assert len(stored_parts(Upload.objects.get())) == 1
    assert tus.patch(url, len(BEGINNING), piece).status_code == 204


def test_a_file_that_cannot_fit_is_refused_at_once(tus: TusClient, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(private_store()), "free_bytes", lambda store: 1000)

    response = tus.create(film, 600)

    assert response.status_code == 507
    assert not Upload.objects.exists()


def test_nobody_uploads_without_login(client: Client, film: Film) -> None:
    anonymous = TusClient(client).create(film, 1000)
    by_script = TusClient(client).create(film, 1000, x_requested_with="XMLHttpRequest")

    assert (anonymous.status_code, anonymous.headers["Location"].partition("?")[0]) == (302, "/admin/login/")
    assert by_script.status_code == 403
    assert not Upload.objects.exists()


def test_staff_need_the_permission(client: Client, film: Film) -> None:
    user = make_user(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    refused = TusClient(client).create(film, 1000)
    user.user_permissions.add(Permission.objects.get(codename="change_film"))
    allowed = TusClient(client).create(film, 1000)

    assert (refused.status_code, allowed.status_code) == (403, 201)
    assert "Ask an administrator" in refused.json()["detail"]


def test_every_change_needs_the_csrf_token(film: Film) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    client.get(reverse("films:edit", args=[film.pk]))
    token = client.cookies["csrftoken"].value
    tus = TusClient(client)

    without = tus.create(film, 6000)
    with_token = tus.create(film, 6000, x_csrftoken=token)
    url = with_token.headers["Location"]
    patched = tus.patch(url, 0, BEGINNING)
    deleted = tus.delete(url)

    assert (without.status_code, with_token.status_code) == (403, 201)
    assert (patched.status_code, deleted.status_code) == (403, 403)
    assert tus.patch(url, 0, BEGINNING, x_csrftoken=token).status_code == 204


def joined_sha256(upload: Upload) -> str:
    digest = hashlib.sha256()
    for part in upload.parts.all():
        with private_store().open(part.key) as stream:
            digest.update(stream.read())
    return digest.hexdigest()


def stored_parts(upload: Upload) -> list[str]:
    return keys_below(private_store(), upload.prefix)


@contextmanager
def disk_of(size_bytes: int) -> Iterator[None]:
    """Let no file grow beyond ``size_bytes``: the system answers as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.get(reverse("films:add"))
    return client


def raw_patch(server: str, client: Client, url: str, offset: int, piece: bytes, *, announced: int | None = None) -> int:
    """Send a piece over a socket, and break off if more was announced; return the status, or 0."""
    host = urlsplit(server)
    lines = [
        f"PATCH {url} HTTP/1.1",
        f"Host: {host.netloc}",
        f"Cookie: {client.cookies.output(header='', sep=';').strip()}",
        f"X-CSRFToken: {client.cookies['csrftoken'].value}",
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        f"Upload-Offset: {offset}",
        f"Content-Length: {announced or len(piece)}",
    ]
    with socket.create_connection((host.hostname or "", host.port or 0)) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + piece)
        if announced:
            return 0
        return int(connection.recv(4096).split(b" ", 2)[1])


def waited_offset(client: Client, url: str) -> int:
    """Return the offset once it has moved, within five seconds."""
    limit = timezone.now() + timedelta(seconds=5)
    tus = TusClient(client)
    while not (offset := tus.offset(url)) and timezone.now() < limit:
        pass
    return offset
