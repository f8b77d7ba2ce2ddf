"""Who reaches the files of a film before its release?"""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cms.films.models import Film
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store, put
from tests.cms.factories import make_user
from tests.cms.films.test_gate import ready_film
from tests.cms.films.tus import TusClient
from tests.cms.films.twin import TranscoderTwin

pytestmark = pytest.mark.django_db


def addresses(film: Film) -> list[str]:
    file, pk = "films:file", film.pk
    return [
        *(reverse(file, args=[pk, path]) for path in ("film.mp4", "poster.jpg", "hls/master.m3u8")),
        reverse("films:captions_file", args=[pk, "en"]),
        reverse("films:situation", args=[pk]),
        reverse("films:result", args=[pk]),
        reverse("films:edit", args=[pk]),
        reverse("films:index"),
    ]


def ways_to(key: str) -> list[str]:
    return [f"/media/{key}", f"/files/{key}", f"/{key}", f"/media/uploads/../{key}", f"/static/{key}"]


def test_a_master_is_reached_by_no_address_without_login(
    tus: TusClient, client: Client, film: Film, footage: Path, twin: TranscoderTwin
) -> None:
    tus.send(film, footage)
    run_until_idle()
    key = Film.objects.get().master_key
    assert private_store().exists(key)
    client.logout()

    for path in ways_to(key):
        assert client.get(path).status_code in {302, 404}, path


def test_the_delivery_process_knows_no_master(api: Client, footage: Path) -> None:
    key = "masters/0b5c6b/master"
    put(private_store(), key, [footage.read_bytes()])

    for path in ways_to(key):
        assert api.get(path).status_code == 404, path


def test_no_address_of_films_answers_without_login(client: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)

    for url in addresses(film):
        response = client.get(url)
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/admin/login/"), url


def test_staff_who_have_nothing_to_do_with_films_see_none(client: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    user = make_user(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    for url in addresses(film):
        response = client.get(url)
        assert (response.status_code, response.headers["Location"]) == (302, "/admin/"), url


def test_a_preview_is_served_in_ranges_and_kept_by_no_shared_cache(staff: Client, clean_footage: Path) -> None:
    film = ready_film(clean_footage)
    url = reverse("films:file", args=[film.pk, "film.mp4"])
    data = clean_footage.read_bytes()

    whole = staff.get(url)
    part = staff.get(url, headers={"Range": "bytes=100-199"})

    assert (whole.status_code, streamed(whole)) == (200, data)
    assert (part.status_code, streamed(part)) == (206, data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    assert "private" in part.headers["Cache-Control"]
    assert whole.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("path", ["nothing.mp4", "../../../masters/a/master", "..", "hls", "%2e%2e/x"])
def test_only_the_files_of_the_manifest_are_served(staff: Client, clean_footage: Path, path: str) -> None:
    film = ready_film(clean_footage)

    response = staff.get(f"/admin/films/files/{film.pk}/{path}")

    assert response.status_code == 404


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(("group", "may_delete"), [("Editors", False), ("Moderators", True)])
def test_editors_work_with_films_from_the_first_day(client: Client, film: Film, group: str, may_delete: bool) -> None:
    user = make_user(is_superuser=False)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)

    assert client.get(reverse("films:edit", args=[film.pk])).status_code == 200
    assert TusClient(client).create(film, 1000).status_code == 201
    assert user.has_perm("films.delete_film") == may_delete
