"""How do the finished files of a film reach the private store, and the unfinished ones go away?"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from foundation.contracts.transcoding import MANIFEST_NAME, FilmManifest
from foundation.storage import private_store, put
from services.media_transcoder.pipeline.errors import Broken

if TYPE_CHECKING:
    from services.media_transcoder.pipeline.context import Film

_CHUNK_BYTES = 1 << 20


def work_directory(order_id: UUID) -> Path:
    """Return the folder in which the film of an order is worked on."""
    return Path(settings.WORK_DIR) / str(order_id)


def publish_below(prefix: str, film: "Film", manifest: FilmManifest) -> None:
    """Put every file of ``manifest`` below ``prefix``, the manifest last: who finds it finds all.

    Raises Broken when a file changed since it was verified, StoreFull when there is no room.
    """
    store = private_store()
    for number, file in enumerate(manifest.files):
        stored = put(store, f"{prefix}/{file.path}", _chunks(film.work.output / file.path))
        if stored.sha256 != file.sha256:
            raise Broken(f"{file.path} changed while it was stored; check the disk.")
        film.progress("publish", number / len(manifest.files))
    put(store, f"{prefix}/{MANIFEST_NAME}", [manifest.model_dump_json(indent=2).encode()])


def forget_work(order_id: UUID) -> None:
    """Remove the work of an order; none is no error."""
    shutil.rmtree(work_directory(order_id), ignore_errors=True)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
