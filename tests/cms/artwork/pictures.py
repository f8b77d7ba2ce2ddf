"""How do tests get pictures as phones, cameras and drawing programs make them, with everything they tell?"""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

AUTHOR = "Amal Example"
PLACE = {1: "N", 2: (50.0, 51.0, 1.0), 3: "E", 4: (4.0, 21.0, 6.0)}


def drawing(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Return a picture whose upper left quarter is red: it shows which way is up."""
    picture = Image.new("RGB", size, "#0b5c6b")
    ImageDraw.Draw(picture).rectangle([0, 0, size[0] // 2 - 1, size[1] // 2 - 1], fill="#ff0000")
    return picture if mode == "RGB" else picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a phone writes: device, author, time and place."""
    data = Image.Exif()
    data[0x010F], data[0x0110], data[0x013B], data[0x0112] = "ACME", "Phone 9", AUTHOR, orientation
    data[0x9003] = "2026:05:04 10:11:12"
    data[0x8825] = PLACE
    return data


def bytes_of(picture: Image.Image, kind: str, **options: Any) -> BytesIO:
    out = BytesIO()
    picture.save(out, kind, **options)
    out.seek(0)
    return out


def telling_jpeg(orientation: int = 1, size: tuple[int, int] = (64, 48)) -> BytesIO:
    """Return a JPEG with Exif, XMP, IPTC, a profile, a comment, and words after its end."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = bytes_of(
        drawing(size),
        "JPEG",
        quality=95,
        exif=exif(orientation),
        icc_profile=profile,
        comment=AUTHOR.encode(),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{AUTHOR}</x:xmpmeta>".encode(),
    )
    data = out.getvalue()
    iptc = b"Photoshop 3.0\0" + AUTHOR.encode()
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return BytesIO(data[:2] + segment + data[2:] + AUTHOR.encode())


def telling_png() -> BytesIO:
    text = PngInfo()
    text.add_text("Author", AUTHOR)
    text.add_itxt("Comment", AUTHOR, zip=True)
    return bytes_of(drawing(), "PNG", pnginfo=text, exif=exif())


def telling_webp(**options: Any) -> BytesIO:
    return bytes_of(drawing(), "WEBP", exif=exif(), xmp=AUTHOR.encode(), **options)


def telling_avif() -> BytesIO:
    return bytes_of(drawing(), "AVIF", exif=exif(), xmp=AUTHOR.encode())


def telling_heic(size: tuple[int, int] = (64, 48)) -> BytesIO:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return bytes_of(drawing(size), "HEIF", exif=exif().tobytes(), quality=95)


def bomb(side: int = 30_000) -> BytesIO:
    """Return a valid PNG of ``side`` × ``side`` black pixels: 110 KB that would become gigabytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
