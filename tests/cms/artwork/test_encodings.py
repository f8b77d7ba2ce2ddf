"""Which files does a released picture get, and are they made only once?"""

from io import BytesIO

import pytest
from PIL import Image

from cms.artwork.inspection import metadata_in
from cms.releases.pictures import encoded
from foundation.storage import delete_tree, local_path, private_store
from tests.cms.artwork import pictures


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
    with local_path(private_store(), first[0].key) as path:
        made_at = path.stat().st_mtime_ns

    again = encoded(pictures.telling_png())

    with local_path(private_store(), first[0].key) as path:
        assert path.stat().st_mtime_ns == made_at
    assert again == first


def test_an_encoding_that_was_interrupted_is_made_anew() -> None:
    first = encoded(pictures.telling_png())
    prefix = first[0].key.rpartition("/")[0]
    private_store().delete(f"{prefix}/index.json")
    private_store().delete(first[0].key)

    again = encoded(pictures.telling_png())

    assert again == first
    assert private_store().exists(first[0].key)
