"""Does a film that goes straight to the S3 store arrive whole, once, and only if it may?"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.films.actions.direct_uploads import (
    MOST_URLS,
    SentFile,
    abort_forgotten,
    begin_direct_upload,
    part_bytes,
    part_count,
    size_of_part,
)
from cms.films.actions.films import delete_film
from cms.films.jobs import tidy
from cms.films.models import Film, FilmState, Upload, UploadState
from cms.films.queries import situation_of
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store
from foundation.storage.parts import LEAST_PART_BYTES, MOST_PARTS, PartStore, begin, unfinished
from tests.cms.factories import make_user
from tests.cms.films.direct import DirectClient, id_in
from tests.cms.films.tus import TusClient
from tests.cms.films.twin import TranscoderTwin

pytestmark = pytest.mark.django_db
BEGINNING = b"\0\0\0\x18ftypisom" + bytes(5000)
LONG = BEGINNING + bytes(2 * LEAST_PART_BYTES)


def test_a_film_arrives_in_parts_and_is_its_own_master(direct: DirectClient, film: Film, long_footage: Path) -> None:
    data = long_footage.read_bytes()

    url = direct.begin(film, data)
    before = direct.missing(url)
    direct.put(url, data, 3, 1)
    between = direct.missing(url)
    direct.put(url, data, 2)
    nothing_yet = private_store().exists(Upload.objects.get().master_key)
    completed = direct.complete(url)
    run_until_idle(["default"])

    upload = Upload.objects.get()
    film.refresh_from_db()
    assert (before, between, nothing_yet, completed.status_code) == ([1, 2, 3], [2], False, 204)
    assert (upload.state, upload.filename, upload.offset_bytes) == (UploadState.ACCEPTED, "film.mp4", len(data))
    assert (film.state, film.master_key) == (FilmState.QUEUED, upload.master_key)
    assert film.master_sha256 == hashlib.sha256(data).hexdigest()
    assert film.master_size_bytes == len(data)
    assert [file.key for file in private_store().keys("")] == [upload.master_key]


def test_others_see_how_far_it_is(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    begun = situation_of(film)

    direct.urls(url, 1, sent=len(LONG) // 4)
    quarter = situation_of(film)
    direct.put(url, LONG, 1, 2, 3)
    direct.complete(url)

    assert (begun.state, begun.progress) == ("uploading", 0)
    assert (quarter.state, round(quarter.progress or 0, 2)) == ("uploading", 0.25)
    assert situation_of(film).state == "checking"


def test_the_same_file_goes_on_where_it_stopped(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    direct.put(url, LONG, 2)

    again = direct.begin(film, LONG)

    assert again == url
    assert direct.missing(again) == [1, 3]
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"name": "other.mp4"}, {"modified_ms": 2}, {"size_bytes": len(LONG) - 1}, {"head": None}]
)
def test_another_file_is_never_mixed_in(direct: DirectClient, film: Film, changes: dict[str, Any]) -> None:
    url = direct.begin(film, LONG)
    data = LONG if changes != {"head": None} else LONG[:100] + b"x" + LONG[101:]

    other = direct.begin(film, data, **{name: value for name, value in changes.items() if value is not None})

    assert other != url
    first, second = Upload.objects.values_list("multipart_id", flat=True)
    assert first != second


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_begin_the_same_file_at_once_share_one_upload(buckets: PartStore, film: Film) -> None:
    file = SentFile("film.mp4", len(LONG), 1, LONG[:4096])

    def begin_it(_tab: int) -> Upload:
        return begin_direct_upload(film, file, user_id=None, at=timezone.now())

    with ThreadPoolExecutor(2) as tabs:
        uploads = list(tabs.map(begin_it, range(2)))

    assert uploads[0].pk == uploads[1].pk
    assert [each.upload_id for each in unfinished(buckets, "masters/")] == [Upload.objects.get().multipart_id]


def test_it_is_not_complete_before_all_has_arrived(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    direct.put(url, LONG, 1)
    direct.line.put(direct.urls(url, 2)["2"], content=b"too short")

    response = direct.complete(url)

    assert (response.status_code, response.json()["missing"]) == (409, [2, 3])
    assert Upload.objects.get().state == UploadState.RECEIVING
    assert not Job.objects.filter(kind="films.check_upload").exists()


def test_a_tab_that_missed_the_answer_learns_that_all_has_arrived(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    direct.put(url, LONG, 1, 2, 3)

    first, second = direct.complete(url), direct.complete(url)
    asked = direct.post(url, {"sent_bytes": 0, "parts": [{"number": 1}]})

    assert (first.status_code, second.status_code, asked.status_code) == (204, 204, 409)
    assert direct.missing(url) == []
    assert Job.objects.filter(kind="films.check_upload").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Dear diary, " * 500, "This file is text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), "a picture, a document or an archive"),
        (b"\0\0\0\x18ftypheic" + bytes(5000), "is a picture"),
        (b"", "The file is empty"),
    ],
)
def test_what_is_no_film_is_refused_before_anything_is_sent(
    direct: DirectClient, buckets: PartStore, film: Film, content: bytes, sentence: str
) -> None:
    response = direct.create(film, content)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert sentence in response.json()["detail"]
    assert not Upload.objects.exists()
    assert list(unfinished(buckets, "masters/")) == []


def test_whoever_shows_one_head_and_sends_another_is_refused_later(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    direct.put(url, b"Dear diary, " + LONG[12:], 1)
    direct.put(url, LONG, 2, 3)
    direct.complete(url)

    run_until_idle(["default"])
    tidy()

    situation = situation_of(film)
    assert (situation.state, situation.is_final) == ("refused", True)
    assert list(private_store().keys()) == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"size_bytes": 2**60}, 413),
        ({"size_bytes": -1, "head": ""}, 422),
        ({"head": "AAAA"}, 400),
        ({"head": "%"}, 400),
        ({"film": "no id"}, 400),
        ({"film": "0" * 32}, 404),
        ({"size_bytes": "many"}, 400),
        ({"more": 1}, 400),
    ],
)
def test_a_beginning_that_makes_no_sense_is_refused(
    direct: DirectClient, film: Film, changes: dict[str, Any], status: int
) -> None:
    response = direct.create(film, LONG, **changes)

    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Upload.objects.exists()


def test_urls_are_handed_out_a_few_at_a_time(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)

    many = direct.post(url, {"sent_bytes": 0, "parts": [{"number": 1}] * (MOST_URLS + 1)})
    none_there = direct.urls(url, 3, 4, 1000)
    no_hash = direct.post(url, {"sent_bytes": 0, "parts": [{"number": 1, "sha256": "short"}]})

    assert (many.status_code, no_hash.status_code) == (400, 400)
    assert list(none_there) == ["3"]
    assert "X-Amz-Expires=900" in none_there["3"]


@pytest.mark.parametrize("length_bytes", [1, LEAST_PART_BYTES, 16 * 1024**3, 50_000 * 2**20 + 1, 5 * 1024**4])
def test_a_film_of_any_length_has_parts_the_store_can_take(film: Film, length_bytes: int) -> None:
    upload = Upload(film=film, length_bytes=length_bytes, part_bytes=part_bytes(length_bytes))
    count = part_count(upload)

    assert LEAST_PART_BYTES <= upload.part_bytes <= 5 * 1024**3
    assert count <= MOST_PARTS
    assert (count - 1) * upload.part_bytes + size_of_part(upload, count) == length_bytes


def test_a_url_leads_to_its_own_upload_only(direct: DirectClient, film: Film) -> None:
    one, two = direct.begin(film, LONG), direct.begin(film, LONG, modified_ms=2)
    url = direct.urls(one, 1)["1"]

    bent = direct.line.put(url.replace(id_in(one), id_in(two)), content=b"x")

    assert bent.status_code == 403
    assert (direct.missing(one), direct.missing(two)) == ([1, 2, 3], [1, 2, 3])


def test_a_cancelled_upload_is_gone_from_the_store(direct: DirectClient, buckets: PartStore, film: Film) -> None:
    url = direct.begin(film, LONG)
    direct.put(url, LONG, 1)
    signed = direct.urls(url, 2)["2"]

    cancelled = direct.client.delete(url)
    tidy()

    late = direct.line.put(signed, content=b"x")
    assert (cancelled.status_code, late.status_code) == (204, 404)
    gone = [direct.client.get(url), direct.post(url, {"sent_bytes": 0}), direct.complete(url)]
    assert [answer.status_code for answer in gone] == [410] * 3
    assert list(unfinished(buckets, "masters/")) == []


def test_an_upload_nobody_goes_on_with_is_aborted(direct: DirectClient, buckets: PartStore, film: Film) -> None:
    direct.put(direct.begin(film, LONG), LONG, 1)
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    young = direct.begin(film, LONG, modified_ms=2)

    tidy()

    assert [str(upload.pk) for upload in Upload.objects.all()] == [id_in(young)]
    assert [each.upload_id for each in unfinished(buckets, "masters/")] == [Upload.objects.get().multipart_id]


def test_an_upload_the_store_has_aborted_begins_anew(direct: DirectClient, buckets: PartStore, film: Film) -> None:
    url = direct.begin(film, LONG)
    for each in list(unfinished(buckets, "masters/")):
        buckets.client.abort_multipart_upload(Bucket=buckets.bucket_name, Key=each.key, UploadId=each.upload_id)

    gone = direct.client.get(url)
    again = direct.begin(film, LONG)

    assert gone.status_code == 410
    assert again != url
    assert direct.missing(again) == [1, 2, 3]


def test_a_deleted_film_takes_its_uploads_along(direct: DirectClient, buckets: PartStore, film: Film) -> None:
    direct.put(direct.begin(film, LONG), LONG, 1)

    delete_film(film, at=timezone.now())
    tidy()

    assert list(unfinished(buckets, "masters/")) == []


def test_what_was_begun_and_never_written_down_is_aborted(direct: DirectClient, buckets: PartStore, film: Film) -> None:
    direct.begin(film, LONG)
    known = Upload.objects.get()
    begin(buckets, "masters/ab12/master")
    begin(buckets, known.master_key)
    now = timezone.now()

    abort_forgotten(at=now)
    soon = len(list(unfinished(buckets, "masters/")))
    abort_forgotten(at=now + timedelta(hours=2))

    assert soon == 3
    assert [each.upload_id for each in unfinished(buckets, "masters/")] == [known.multipart_id]


def test_the_same_film_again_changes_nothing(
    direct: DirectClient, film: Film, long_footage: Path, twin: TranscoderTwin
) -> None:
    direct.send(film, long_footage)
    run_until_idle()
    before = Film.objects.values().get()

    direct.send(film, long_footage)
    run_until_idle()
    tidy()

    assert Film.objects.values().get() == before
    assert len(twin.orders) == 1
    assert [file.key for file in private_store().keys("")] == [before["master_key"]]


def test_nobody_uploads_without_login_permission_and_token(buckets: PartStore, film: Film, line: httpx.Client) -> None:
    anonymous = DirectClient(Client(), line)
    reader = make_user("reader", is_superuser=False)
    reader.user_permissions.add(Permission.objects.get(codename="access_admin"))
    staff = DirectClient(Client(), line)
    staff.client.force_login(reader)
    careless = DirectClient(Client(enforce_csrf_checks=True), line)
    careless.client.force_login(make_user())

    refusals = [who.create(film, LONG).status_code for who in (anonymous, staff, careless)]

    assert refusals == [302, 403, 403]
    assert not Upload.objects.exists()
    assert list(unfinished(buckets, "masters/")) == []


def test_who_may_not_change_films_touches_no_upload_of_others(direct: DirectClient, film: Film) -> None:
    url = direct.begin(film, LONG)
    reader = make_user("reader", is_superuser=False)
    reader.user_permissions.add(Permission.objects.get(codename="access_admin"))
    other = DirectClient(Client(), direct.line)
    other.client.force_login(reader)

    answers = [
        other.client.get(url),
        other.post(url, {"sent_bytes": 0, "parts": [{"number": 1}]}),
        other.complete(url),
        other.client.delete(url),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert Upload.objects.get().state == UploadState.RECEIVING


def test_pieces_and_parts_do_not_mix(direct: DirectClient, film: Film) -> None:
    tus = TusClient(direct.client)
    in_parts, in_pieces = direct.begin(film, LONG), tus.begin(film, len(LONG))
    as_piece = reverse("films:upload", args=[id_in(in_parts)])
    as_part = reverse("films:direct_upload", args=[id_in(in_pieces)])

    answers = [tus.head(as_piece), tus.patch(as_piece, 0, BEGINNING), tus.delete(as_piece), direct.client.get(as_part)]

    assert [answer.status_code for answer in answers] == [410] * 4
    assert direct.missing(in_parts) == [1, 2, 3]


@pytest.mark.usefixtures("folders")
def test_a_folder_takes_pieces_only(staff: Client, film: Film, line: httpx.Client) -> None:
    response = DirectClient(staff, line).create(film, LONG)

    assert response.status_code == 404
    assert not Upload.objects.exists()


@pytest.mark.usefixtures("folders")
def test_the_page_is_the_same_whatever_the_store(
    staff: Client, film: Film, request: pytest.FixtureRequest, settings: Any
) -> None:
    settings.MIDDLEWARE = [each for each in django_settings.MIDDLEWARE if "Csrf" not in each]
    address = reverse("films:edit", args=[film.pk])

    in_pieces = staff.get(address).content.decode()
    request.getfixturevalue("buckets")
    in_parts = staff.get(address).content.decode()

    assert 'data-way="direct"' in in_parts
    assert "films/direct.js" in in_parts
    assert "films/tus.js" not in in_parts
    parts_in_pieces = in_parts.replace("films/direct/", "films/uploads/").replace("direct", "tus")
    assert without_tokens(parts_in_pieces) == without_tokens(in_pieces)


def without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower()]
