"""How does a picture as it arrives become one that tells nothing about its author, device or place?

Nothing is copied but pixels: the picture is decoded within limits, turned upright, brought to sRGB and written anew.
What the file carried beside its pixels (Exif, XMP, IPTC, profiles, comments, thumbnails, further frames) has no way
through.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from cms.artwork.inspection import metadata_in

MAX_PIXELS = 64_000_000
MAX_BYTES = 40 * 1024 * 1024
READABLE = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
EXTENSIONS = ("avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp")
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, RuntimeError)


class PictureRefused(ValidationError):
    """A picture can't be taken; the message says what to do."""


class MetadataLeft(Exception):
    """A cleaned picture still carries something beside its pixels: a defect, never a fault of the person."""


@dataclass(frozen=True)
class CleanPicture:
    """Pixels and nothing else; ``suffix`` with its dot."""

    data: bytes
    suffix: str
    media_type: str
    width: int
    height: int


def clean(source: IO[bytes]) -> CleanPicture:
    """Return ``source`` written anew; PictureRefused says why it can't be."""
    with opened(source) as picture:
        lossless = _is_lossless_webp(source) if picture.format == "WEBP" else False
        made_from = picture.format or ""
        fine_chroma = made_from not in {"JPEG", "MPO"} or _has_fine_chroma(picture)
        pixels = _bare(_in_srgb(_upright(picture)))
    cleaned = _written(pixels, made_from=made_from, lossless=lossless, fine_chroma=fine_chroma)
    if left := metadata_in(cleaned.data):
        raise MetadataLeft(", ".join(left))
    return cleaned


def upright_size(source: IO[bytes]) -> tuple[int, int]:
    """Return width and height as a person sees them, from the header alone."""
    with opened(source) as picture:
        width, height = picture.size
        turned = _orientation(picture) in {5, 6, 7, 8}
    return (height, width) if turned else (width, height)


@contextmanager
def opened(source: IO[bytes]) -> Iterator[Image.Image]:
    """Open ``source`` from its header, within limits; what goes wrong inside the block is a refusal too."""
    import pillow_heif  # only editing needs it: 10 MB kept out of the delivery process

    pillow_heif.register_heif_opener()
    source.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(source, formats=READABLE)
        _refuse_giant(*picture.size)
        yield picture
    except Image.DecompressionBombError as error:
        raise PictureRefused(_too_many_pixels(), code="too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise PictureRefused(_not_a_picture(), code="not_a_picture") from error
    except PictureRefused:
        raise
    except _UNREADABLE as error:
        raise PictureRefused(_damaged(), code="damaged") from error
    finally:
        source.seek(0)


def _refuse_giant(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(_too_many_pixels(), code="too_many_pixels")


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(0x0112, 1))
    except _UNREADABLE:
        return 1


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    if _orientation(picture) == 1:
        return picture
    return ImageOps.exif_transpose(picture)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return ``picture`` in L, RGB or RGBA, its colours those of sRGB."""
    profile = picture.info.get("icc_profile")
    picture = _in_eight_bits(picture)
    if profile:
        picture = _with_profile_applied(picture, profile)
    if picture.mode in {"L", "RGB", "RGBA"}:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("RGB") if picture.mode in {"P", "PA", "LA", "F", "HSV"} else picture


def _with_profile_applied(picture: Image.Image, profile: bytes) -> Image.Image:
    """A profile that doesn't fit its picture is ignored, as browsers do."""
    target = ImageCms.createProfile("sRGB")
    mode = picture.mode if picture.mode in {"RGBA", "L"} else "RGB"
    try:
        if mode == "L":
            return picture
        converted = ImageCms.profileToProfile(picture, BytesIO(profile), target, outputMode=mode)
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return picture
    return converted or picture


def _bare(picture: Image.Image) -> Image.Image:
    bare = picture.copy()
    bare.info.clear()
    return bare


def _written(picture: Image.Image, *, made_from: str, lossless: bool, fine_chroma: bool) -> CleanPicture:
    """Keep the family of the source; what browsers don't all show becomes JPEG, or WebP where it is transparent."""
    out = BytesIO()
    if made_from in {"PNG", "GIF"}:
        picture.save(out, "PNG")
        return _named(out, ".png", "image/png", picture)
    if made_from == "WEBP" or picture.mode == "RGBA":
        picture.save(out, "WEBP", lossless=lossless, quality=92, method=4)
        return _named(out, ".webp", "image/webp", picture)
    picture.save(out, "JPEG", quality=92, optimize=True, subsampling="4:4:4" if fine_chroma else "4:2:0")
    return _named(out, ".jpg", "image/jpeg", picture)


def _named(out: BytesIO, suffix: str, media_type: str, picture: Image.Image) -> CleanPicture:
    return CleanPicture(out.getvalue(), suffix, media_type, *picture.size)


def _has_fine_chroma(picture: Image.Image) -> bool:
    from PIL.JpegImagePlugin import get_sampling

    return get_sampling(picture) == 0


def _is_lossless_webp(source: IO[bytes]) -> bool:
    source.seek(0)
    return b"VP8L" in source.read(64)


def _too_many_pixels() -> str:
    return _(
        "This picture has too many pixels. At most %(limit)d megapixels can be taken: make it smaller in an image "
        "program, then upload it again."
    ) % {"limit": MAX_PIXELS // 1_000_000}


def _not_a_picture() -> str:
    return _("This file is no picture we can read. Export it as JPEG, PNG or WebP, then upload it again.")


def _damaged() -> str:
    return _(
        "This picture is damaged or incomplete. Open it in an image program, export it as JPEG or PNG, then upload it "
        "again."
    )
