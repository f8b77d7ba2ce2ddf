"""Does nothing but pixels survive the cleaning, upright and in their colours?"""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from cms.artwork.cleaning import PictureRefused, clean, upright_size
from cms.artwork.inspection import metadata_in
from tests.cms.artwork import pictures

RED, TEAL = (255, 0, 0), (11, 92, 107)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def near(seen: object, meant: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 12 for one, other in zip(seen, meant, strict=True))


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (pictures.telling_jpeg, ".jpg"),
        (pictures.telling_png, ".png"),
        (pictures.telling_webp, ".webp"),
        (pictures.telling_avif, ".jpg"),
        (pictures.telling_heic, ".jpg"),
    ],
)
def test_author_device_and_place_are_gone(make: Callable[[], BytesIO], suffix: str) -> None:
    source = make()
    assert metadata_in(source.getvalue()) != ()

    cleaned = clean(source)

    assert metadata_in(cleaned.data) == ()
    assert pictures.AUTHOR.encode() not in cleaned.data
    assert b"ACME" not in cleaned.data
    assert (cleaned.suffix, cleaned.width, cleaned.height) == (suffix, 64, 48)
    assert near(opened(cleaned.data).getpixel((8, 8)), RED)
    assert near(opened(cleaned.data).getpixel((56, 40)), TEAL)


@pytest.mark.parametrize(("orientation", "red_corner"), [(1, (8, 8)), (3, (56, 40)), (6, (40, 8)), (8, (8, 56))])
def test_a_picture_is_turned_upright(orientation: int, red_corner: tuple[int, int]) -> None:
    source = pictures.telling_jpeg(orientation)
    turned = orientation in {6, 8}

    size = upright_size(source)
    cleaned = clean(source)

    assert size == (cleaned.width, cleaned.height) == ((48, 64) if turned else (64, 48))
    assert near(opened(cleaned.data).getpixel(red_corner), RED)


def test_thumbnails_and_further_pictures_of_an_mpo_are_gone() -> None:
    out = BytesIO()
    second = Image.new("RGB", (64, 48), "white")
    pictures.drawing().save(out, "MPO", save_all=True, append_images=[second], exif=pictures.exif())

    cleaned = clean(out)

    assert metadata_in(cleaned.data) == ()
    assert cleaned.data.count(b"\xff\xd8\xff") == 1


def test_an_animation_becomes_its_first_picture() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("#ff0000", "#00ff00")]

    cleaned = clean(pictures.bytes_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    with Image.open(BytesIO(cleaned.data)) as picture:
        assert (cleaned.suffix, getattr(picture, "n_frames", 1)) == (".png", 1)
        assert picture.convert("RGB").getpixel((5, 5)) == RED


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_keeps_its_size_and_its_transparency(mode: str) -> None:
    if mode == "I;16":
        source = Image.new("I;16", (32, 32), 32768)
    else:
        source = pictures.drawing((32, 32), "L" if mode == "LA" else "RGB").convert(mode)
    if mode in {"LA", "RGBA"}:
        source.putalpha(100)

    cleaned = clean(pictures.bytes_of(source, "PNG"))

    with Image.open(BytesIO(cleaned.data)) as picture:
        assert picture.size == (32, 32)
        assert picture.has_transparency_data == (mode in {"LA", "RGBA"})
        if mode == "I;16":
            assert picture.convert("L").getpixel((3, 3)) == 128


def test_colours_are_brought_to_srgb_by_the_profile_of_the_picture() -> None:
    source = pictures.bytes_of(pictures.drawing(), "PNG", icc_profile=_profile_with_red_and_blue_swapped())

    cleaned = clean(source)

    assert metadata_in(cleaned.data) == ()
    assert near(opened(cleaned.data).getpixel((8, 8)), (0, 0, 255))


def test_a_profile_that_makes_no_sense_is_ignored() -> None:
    cleaned = clean(pictures.bytes_of(pictures.drawing(), "PNG", icc_profile=b"no profile at all"))

    assert opened(cleaned.data).getpixel((8, 8)) == RED


def test_a_print_picture_in_cmyk_becomes_rgb() -> None:
    cleaned = clean(pictures.bytes_of(pictures.drawing((32, 32), "CMYK"), "JPEG", quality=95))

    assert metadata_in(cleaned.data) == ()
    assert near(opened(cleaned.data).getpixel((4, 4)), RED)


def test_a_lossless_webp_stays_lossless() -> None:
    cleaned = clean(pictures.telling_webp(lossless=True))

    assert opened(cleaned.data).tobytes() == pictures.drawing().tobytes()


def test_a_pixel_bomb_is_refused_before_it_is_decoded() -> None:
    source = pictures.bomb()

    with pytest.raises(PictureRefused, match="At most 64 megapixels") as refusal:
        clean(source)

    assert refusal.value.code == "too_many_pixels"


@pytest.mark.parametrize(
    "data",
    [b"", b"Hello, I am a text.", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"II*\0\x08\0\0\0", b"%PDF-1.7\n"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused, match="no picture we can read"):
        clean(BytesIO(data))


@pytest.mark.parametrize("make", [pictures.telling_jpeg, pictures.telling_png, pictures.telling_heic])
def test_a_picture_that_was_cut_off_is_refused(make: Callable[[], BytesIO]) -> None:
    data = make().getvalue()

    with pytest.raises(PictureRefused):
        clean(BytesIO(data[: len(data) // 2]))


def _profile_with_red_and_blue_swapped() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp.", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp.", b"bXYZ", 1)
