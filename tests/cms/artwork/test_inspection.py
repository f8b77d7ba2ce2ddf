"""Is everything found that a picture must not carry?"""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from cms.artwork.inspection import metadata_in
from tests.cms.artwork import pictures


def test_each_part_of_a_jpeg_is_named() -> None:
    found = set(metadata_in(pictures.telling_jpeg().getvalue()))

    assert found == {"Exif", "XMP", "IPTC", "profile", "comment", "data after the picture"}


def test_the_chunks_of_a_png_are_named() -> None:
    assert set(metadata_in(pictures.telling_png().getvalue())) == {"chunk tEXt", "chunk iTXt", "chunk eXIf"}


def test_the_chunks_of_a_webp_are_named() -> None:
    assert set(metadata_in(pictures.telling_webp().getvalue())) == {"chunk EXIF", "chunk XMP"}


def test_the_items_of_an_avif_are_named() -> None:
    assert set(metadata_in(pictures.telling_avif().getvalue())) == {"Exif", "mime"}


def test_a_chunk_nobody_thought_of_counts() -> None:
    clean = pictures.bytes_of(pictures.drawing(), "PNG").getvalue()
    secret = struct.pack(">I", 3) + b"whOa" + b"Bob" + struct.pack(">I", zlib.crc32(b"whOaBob"))

    assert metadata_in(clean) == ()
    assert metadata_in(clean[:-12] + secret + clean[-12:]) == ("chunk whOa",)
    assert metadata_in(clean + b"Bob") == ("data after the picture",)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_bare_pictures_pass(kind: str) -> None:
    assert metadata_in(pictures.bytes_of(pictures.drawing(), kind).getvalue()) == ()


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 1}, {"optimize": True}])
def test_every_way_of_writing_a_jpeg_is_read_to_its_end(options: dict[str, int]) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")

    data = pictures.bytes_of(noise, "JPEG", **options).getvalue()

    assert metadata_in(data) == ()
    assert metadata_in(data + b"Bob") == ("data after the picture",)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_what_is_broken_or_unknown_never_passes(kind: str) -> None:
    data = pictures.bytes_of(pictures.drawing(), kind).getvalue()

    for end in (0, 3, 11, 20, len(data) // 2):
        assert metadata_in(BytesIO(data[:end]).getvalue()) != ()
