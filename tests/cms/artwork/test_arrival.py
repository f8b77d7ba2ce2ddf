"""Is a picture clean by whatever way it arrives, and refused where the person is?"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.artwork.cleaning import PictureRefused
from cms.artwork.inspection import metadata_in
from cms.artwork.models import Artwork
from foundation.storage import private_store
from tests.cms.artwork import pictures
from tests.cms.factories import make_user

pytestmark = pytest.mark.django_db
FILE_NAME = "Amal in Brussels.jpg"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user())
    return client


def upload(source: BytesIO, name: str = FILE_NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, source.getvalue(), content_type="image/jpeg")


def by_the_form(staff: Client, source: BytesIO) -> None:
    data = {"title": "Two friends", "file": upload(source), "collection": 1}
    response = staff.post(reverse("wagtailimages:add"), data)
    assert response.status_code == 302


def by_many_at_once(staff: Client, source: BytesIO) -> None:
    response = staff.post(reverse("wagtailimages:add_multiple"), {"files[]": upload(source), "collection": 1})
    assert response.json()["success"] is True


def by_the_chooser(staff: Client, source: BytesIO) -> None:
    data = {"image-chooser-upload-title": "Two friends", "image-chooser-upload-file": upload(source)}
    response = staff.post(reverse("wagtailimages_chooser:create"), data)
    assert response.json()["step"] == "chosen"


def by_the_shell(staff: Client, source: BytesIO) -> None:
    Artwork(title="Two friends", file=ImageFile(source, name=FILE_NAME)).save()


def by_saving_its_file(staff: Client, source: BytesIO) -> None:
    artwork = Artwork(title="Two friends")
    artwork.file.save(FILE_NAME, ContentFile(source.getvalue()))


def by_bulk_creation(staff: Client, source: BytesIO) -> None:
    Artwork.objects.bulk_create([Artwork(title="Two friends", file=ImageFile(source, name=FILE_NAME))])


WAYS: list[Callable[[Client, BytesIO], None]] = [
    by_the_form,
    by_many_at_once,
    by_the_chooser,
    by_the_shell,
    by_saving_its_file,
    by_bulk_creation,
]


@pytest.mark.parametrize("arrive", WAYS)
def test_a_picture_is_clean_and_upright_by_every_way(staff: Client, arrive: Callable[[Client, BytesIO], None]) -> None:
    arrive(staff, pictures.telling_jpeg(orientation=6))

    artwork = Artwork.objects.get()
    assert metadata_in(stored(artwork)) == ()
    assert (artwork.width, artwork.height) == (48, 64)
    assert Path(artwork.file.name).parent == Path("artwork")
    assert "Amal" not in artwork.file.name


@pytest.mark.parametrize("arrive", WAYS[3:])
def test_a_pixel_bomb_is_refused_by_every_way_of_code(staff: Client, arrive: Callable[[Client, BytesIO], None]) -> None:
    with pytest.raises(PictureRefused, match="too many pixels"):
        arrive(staff, pictures.bomb())

    assert not Artwork.objects.exists()


@pytest.mark.parametrize(
    ("make", "name", "sentence"),
    [
        (pictures.bomb, "bomb.png", "too many pixels"),
        (lambda: BytesIO(b"only words"), "words.png", "no picture we can read"),
        (lambda: BytesIO(pictures.telling_jpeg().getvalue()[:400]), "half.jpg", "damaged"),
        (lambda: BytesIO(b"<svg onload='alert(1)'/>"), "drawing.svg", "Export the drawing as PNG"),
        (lambda: BytesIO(b"\n<?xml version='1.0'?><svg/>"), "drawing.png", "Export the drawing as PNG"),
    ],
)
def test_what_cannot_be_taken_is_refused_where_the_person_is(
    staff: Client, make: Callable[[], BytesIO], name: str, sentence: str
) -> None:
    source = make()

    form = staff.post(reverse("wagtailimages:add"), {"title": "T", "file": upload(source, name), "collection": 1})
    many = staff.post(reverse("wagtailimages:add_multiple"), {"files[]": upload(source, name), "collection": 1})

    assert sentence in form.context["form"].errors["file"][0]
    assert many.json()["success"] is False
    assert sentence in many.json()["error_message"]
    assert not Artwork.objects.exists()


def test_a_file_that_is_too_big_is_refused(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.artwork.forms.MAX_BYTES", 1000)

    response = staff.post(
        reverse("wagtailimages:add"), {"title": "T", "file": upload(pictures.telling_jpeg()), "collection": 1}
    )

    assert "too big" in response.context["form"].errors["file"][0]
    assert not Artwork.objects.exists()


def test_a_heic_of_a_phone_becomes_a_jpeg(staff: Client) -> None:
    data = {"title": "Two friends", "file": upload(pictures.telling_heic(), "IMG_0001.HEIC"), "collection": 1}

    response = staff.post(reverse("wagtailimages:add"), data)

    assert response.status_code == 302
    artwork = Artwork.objects.get()
    assert Path(artwork.file.name).suffix == ".jpg"
    assert metadata_in(stored(artwork)) == ()


def test_a_new_file_takes_the_place_of_the_old_one(staff: Client) -> None:
    by_the_form(staff, pictures.telling_jpeg())
    artwork = Artwork.objects.get()
    before = artwork.file.name

    data = {"title": "Two friends", "file": upload(pictures.telling_png(), "new.png"), "collection": 1}
    response = staff.post(reverse("wagtailimages:edit", args=[artwork.pk]), data)

    assert response.status_code == 302
    artwork.refresh_from_db()
    assert metadata_in(stored(artwork)) == ()
    assert artwork.file.name != before
    assert not private_store().exists(before)
    assert artwork.file_size == len(stored(artwork))


def test_a_title_is_no_alternative_text() -> None:
    artwork = Artwork(title="IMG_0001.jpg")

    assert (artwork.alt, artwork.default_alt_text) == ("", "")


@pytest.mark.parametrize("spec", ["max-30x30", "fill-20x20|format-webp", "width-30|format-avif", "original"])
def test_what_the_admin_makes_of_a_picture_is_clean_too(spec: str) -> None:
    artwork = Artwork(title="Two friends", file=ImageFile(pictures.telling_jpeg(), name=FILE_NAME))
    artwork.save()

    rendition = artwork.get_rendition(spec)

    with rendition.open_file() as file:
        assert metadata_in(file.read()) == ()


def test_the_form_says_what_an_alternative_text_is_for(staff: Client) -> None:
    response = staff.get(reverse("wagtailimages:add"))

    assert "must know" in response.content.decode()
    assert "Place, device and author are removed" in response.content.decode()


def test_a_picture_is_reached_by_staff_only(client: Client) -> None:
    artwork = Artwork(title="Two friends", file=ImageFile(pictures.telling_jpeg(), name=FILE_NAME))
    artwork.save()

    anonymous = client.get(artwork.file.url)
    client.force_login(make_user())
    known = client.get(artwork.file.url)

    assert (anonymous.status_code, anonymous.headers["Location"].partition("?")[0]) == (302, "/admin/login/")
    assert known.status_code == 200
    assert streamed(known) == stored(artwork)


def stored(artwork: Artwork) -> bytes:
    with artwork.open_file() as file:
        data: bytes = file.read()
    return data


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)
