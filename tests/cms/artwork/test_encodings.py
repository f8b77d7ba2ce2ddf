"""Which files does a released picture get, and are they made only once?"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from cms.artwork.inspection import metadata_in
from cms.artwork.jobs import ENCODE, forget_encodings, queue_encodings
from cms.releases.pictures import encoded, prefix_of
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.storage import delete_tree, local_path, private_store
from tests.cms.artwork import pictures
from tests.cms.factories import make_artwork
from tests.stores import keys_below


@pytest.fixture(autouse=True)
def _no_encodings_yet() -> None:
    delete_tree(private_store(), "encodings")


def test_a_picture_gets_three_formats_in_every_width_below_its_own() -> None:
    sources = encoded(pictures.bytes_of(pictures.drawing((1000, 500)), "PNG"))

    assert [(source.media_type, source.width, source.height) for source in sources] == [
        (media_type, width, width // 2)
        for media_type in ("image/avif", "image/webp", "image/jpeg")
        for width in (1000, 960, 640, 320)
    ]


def test_a_small_picture_is_never_made_bigger() -> None:
    sources = encoded(pictures.bytes_of(pictures.drawing((200, 100)), "PNG"))

    assert {(source.width, source.height) for source in sources} == {(200, 100)}


def test_every_file_is_clean_and_what_it_says_it_is() -> None:
    for source in encoded(pictures.telling_png()):
        with local_path(private_store(), source.key) as path:
            data = path.read_bytes()
        with Image.open(BytesIO(data)) as picture:
            assert (picture.get_format_mimetype(), picture.size) == (source.media_type, (source.width, source.height))
        assert metadata_in(data) == ()
        assert source.size_bytes == len(data)


def test_what_is_transparent_becomes_white_in_the_jpeg_only() -> None:
    clear = Image.new("RGBA", (100, 100), (255, 0, 0, 0))

    sources = encoded(pictures.bytes_of(clear, "PNG"))

    for source in sources:
        with local_path(private_store(), source.key) as path, Image.open(path) as picture:
            seen = picture.convert("RGBA").getpixel((50, 50))
        assert isinstance(seen, tuple)
        assert seen[3] == (255 if source.media_type == "image/jpeg" else 0)
        assert source.media_type != "image/jpeg" or seen == (255, 255, 255, 255)


def test_the_same_picture_is_encoded_once() -> None:
    first = encoded(pictures.telling_png())
    made = private_store().stat(first[0].key)

    again = encoded(pictures.telling_png())

    assert private_store().stat(first[0].key) == made
    assert again == first


def test_an_encoding_that_was_interrupted_is_made_anew() -> None:
    first = encoded(pictures.telling_png())
    prefix = first[0].key.rpartition("/")[0]
    private_store().delete(f"{prefix}/index.json")
    private_store().delete(first[0].key)

    again = encoded(pictures.telling_png())

    assert again == first
    assert private_store().exists(first[0].key)


@pytest.mark.django_db
def test_the_worker_makes_the_encodings_ahead_and_once() -> None:
    artwork = make_artwork()

    queue_encodings()
    queue_encodings()
    run_until_idle(["default"])

    artwork.refresh_from_db()
    assert artwork.encoded_file == artwork.file.name
    assert Job.objects.filter(kind=ENCODE).count() == 1
    with artwork.open_file() as stored:
        assert artwork.encoded_prefix == prefix_of(stored)
    assert private_store().exists(f"{artwork.encoded_prefix}/index.json")


@pytest.mark.django_db
def test_a_new_file_is_encoded_anew() -> None:
    artwork = make_artwork()
    queue_encodings()
    run_until_idle(["default"])
    artwork.refresh_from_db()

    artwork.file.save("new.png", pictures.telling_png())
    queue_encodings()
    run_until_idle(["default"])

    artwork.refresh_from_db()
    assert artwork.encoded_file == artwork.file.name
    assert Job.objects.filter(kind=ENCODE).count() == 2


@pytest.mark.django_db
def test_the_encodings_of_a_picture_that_is_gone_go_too() -> None:
    kept, gone = make_artwork(colour="#123456"), make_artwork(colour="#654321")
    queue_encodings()
    run_until_idle(["default"])
    kept.refresh_from_db()
    gone.refresh_from_db()
    gone.delete()

    forget_encodings(made_before=timezone.now() - timedelta(days=1))
    young = keys_below(private_store(), gone.encoded_prefix)
    forget_encodings(made_before=timezone.now() + timedelta(days=1))

    assert young
    assert not keys_below(private_store(), gone.encoded_prefix)
    assert private_store().exists(f"{kept.encoded_prefix}/index.json")
