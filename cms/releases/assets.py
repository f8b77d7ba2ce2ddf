"""How do the files of an edition get into the public store, before anything refers to them there?

Public keys are made of content: the same picture in four languages lies there once, and a file that was replaced has
another key.
"""

import hashlib
import mimetypes
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, UnidentifiedImageError

from cms.releases.actions import PublicFile
from cms.releases.errors import FilesMissing, PictureUnreadable
from cms.releases.pictures import encoded
from foundation.contracts.release import Asset, Picture, PictureSource
from foundation.contracts.transcoding import FilmFile, FilmManifest
from foundation.storage import (
    CopyMissing,
    StoredFileMissing,
    content_key,
    copy,
    private_store,
    public_store,
    sha256_of,
)

BASE_URL = "/files/"
_SUFFIXES = {
    "application/vnd.apple.mpegurl": ".m3u8",
    "audio/mp4": ".m4a",
    "image/avif": ".avif",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "text/vtt": ".vtt",
    "video/mp4": ".mp4",
}


class AssetCollector:
    """Copies what an edition shows into the public store and remembers it for the release."""

    def __init__(self) -> None:
        self._files: dict[str, PublicFile] = {}

    @property
    def files(self) -> tuple[PublicFile, ...]:
        """Return what was collected, in the order it was asked for."""
        return tuple(self._files.values())

    def picture(self, image: Any, alt: str) -> Picture:
        """Publish an image of Wagtail's library in several sizes and formats; raises PictureUnreadable."""
        return self.picture_at(image.file.name, alt)

    def picture_at(self, store_key: str, alt: str) -> Picture:
        """Publish a picture of the private store in several sizes and formats; raises PictureUnreadable."""
        try:
            with private_store().open(store_key) as stream:
                made = encoded(stream)
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise PictureUnreadable("A picture can't be read: upload it again as JPEG, PNG or WebP.") from error
        sources = tuple(
            PictureSource(
                **self._keep(item.key, item.sha256, item.media_type, item.size_bytes).model_dump(),
                width=item.width,
                height=item.height,
            )
            for item in made
        )
        widest = max(sources, key=lambda source: source.width)
        return Picture(alt=alt.strip(), width=widest.width, height=widest.height, sources=sources)

    def file(self, store_key: str, media_type: str) -> Asset:
        """Publish one file of the private store as it is; raises StoredFileMissing."""
        return self._keep(store_key, sha256_of(private_store(), store_key), media_type, private_store().size(store_key))

    def text(self, content: str, media_type: str) -> Asset:
        """Publish a text that lies in the database, such as captions, as UTF-8."""
        data = content.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        key = content_key(sha256, suffix_of(media_type))
        store = public_store()
        if not store.exists(key):
            store.write(key, [data])
        return self._remember(PublicFile(key, sha256, media_type, len(data)))

    def tree(self, prefix: str, manifest: FilmManifest) -> dict[str, Asset]:
        """Publish the files of a prepared film below ``prefix``; return them by their path in the manifest.

        They keep their relative paths below one folder named by all of their content: playlists still find them.
        """
        folder = f"films/{_fingerprint(manifest.files)}"
        return {
            file.path: self._keep_at(f"{folder}/{file.path}", f"{prefix}/{file.path}", file) for file in manifest.files
        }

    def _keep_at(self, public_key: str, private_key: str, file: FilmFile) -> Asset:
        self._copy(private_key, public_key, file.size_bytes, file.sha256)
        return self._remember(PublicFile(public_key, file.sha256, file.media_type, file.size_bytes))

    def _keep(self, store_key: str, sha256: str, media_type: str, size_bytes: int) -> Asset:
        suffix = suffix_of(media_type) or PurePosixPath(store_key).suffix
        public_key = content_key(sha256, suffix)
        self._copy(store_key, public_key, size_bytes, sha256)
        return self._remember(PublicFile(public_key, sha256, media_type, size_bytes))

    def _copy(self, store_key: str, public_key: str, size_bytes: int, sha256: str) -> None:
        if _lies_there(public_key, size_bytes):
            return
        try:
            copy(private_store(), store_key, public_store(), public_key, sha256=sha256)
        except CopyMissing as error:  # swept away, or recalled with another release
            raise FilesMissing([public_key]) from error

    def _remember(self, file: PublicFile) -> Asset:
        self._files.setdefault(file.key, file)
        return Asset(
            url=BASE_URL + file.key, media_type=file.media_type, size_bytes=file.size_bytes, sha256=file.sha256
        )


def suffix_of(media_type: str) -> str:
    """Return the suffix public files of this type have, such as ``.vtt``; empty for an unknown type."""
    return _SUFFIXES.get(media_type) or mimetypes.guess_extension(media_type) or ""


def _lies_there(public_key: str, size_bytes: int) -> bool:
    try:
        return public_store().size(public_key) == size_bytes
    except StoredFileMissing:
        return False


def _fingerprint(files: tuple[FilmFile, ...]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        digest.update(f"{file.path} {file.sha256}\n".encode())
    return digest.hexdigest()
