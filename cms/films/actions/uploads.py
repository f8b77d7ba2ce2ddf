"""How does a film file arrive, piece by piece, so that nothing is lost or doubled whenever a process dies?

Each piece is a file of its own, whole on the disk before its row is committed; the offset moves with the row. So what a
client is told has arrived has arrived, and of two requests for the same place one wins and the other hears of it.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cms.films.actions.leftovers import discard
from cms.films.containers import HEAD_BYTES, NoFilm, family_of
from cms.films.models import UPLOAD_KEPT_FOR, Film, Upload, UploadPart, UploadState
from cms.films.work import CHECK_UPLOAD, CheckUpload
from foundation.jobs.actions import submit
from foundation.storage import StoreFull, private_store, put


class UploadError(Exception):
    """An upload can't go on as asked."""


class FileTooBig(UploadError):
    """The file is bigger than ``max_film_bytes()``."""


class WrongOffset(UploadError):
    """The piece doesn't begin where the upload stands now, at ``offset_bytes``."""

    def __init__(self, offset_bytes: int) -> None:
        super().__init__(f"The upload stands at {offset_bytes}.")
        self.offset_bytes = offset_bytes


class UploadGone(UploadError):
    """The upload was cancelled, has expired or was refused."""


def max_film_bytes() -> int:
    """Return how big a film file may be."""
    return int(settings.FILM_MAX_BYTES)


def begin_upload(film: Film, *, length_bytes: int, filename: str, user_id: int | None, at: datetime) -> Upload:
    """Make room for a file of ``length_bytes``; NoFilm, FileTooBig or StoreFull say why there is none."""
    check_room(length_bytes, needed_bytes=2 * length_bytes)  # the parts, and the master they become
    with transaction.atomic():
        film.uploads.filter(state=UploadState.REFUSED).delete()
        return Upload.objects.create(
            film=film,
            user_id=user_id,
            filename=filename[:255],
            length_bytes=length_bytes,
            expires_at=at + UPLOAD_KEPT_FOR,
        )


def check_room(length_bytes: int, *, needed_bytes: int) -> None:
    """Raise NoFilm, FileTooBig or StoreFull for a file that can't be taken, whatever it holds."""
    if length_bytes <= 0:
        family_of(b"")
    if length_bytes > max_film_bytes():
        raise FileTooBig
    free_bytes = private_store().free_bytes()
    if free_bytes is not None and free_bytes < needed_bytes:
        raise StoreFull(_("There isn't enough room on the disk for this file."))


def receive_part(upload: Upload, *, offset_bytes: int, blocks: Iterable[bytes], at: datetime) -> int:
    """Append what ``blocks`` bring and return where the upload stands then.

    ``blocks`` may end early when the connection breaks: what has come is kept. Raises WrongOffset, UploadGone and
    StoreFull, after which nothing has changed, and NoFilm when the file doesn't begin as a film does, which ends it.
    """
    key = f"{upload.prefix}/{offset_bytes:015d}-{secrets.token_hex(4)}"
    stored = put(private_store(), key, blocks)
    try:
        if offset_bytes == 0 and stored.size_bytes >= min(HEAD_BYTES, upload.length_bytes):
            family_of(_head(key))
        if stored.size_bytes:
            _append(upload, UploadPart(offset_bytes=offset_bytes, size_bytes=stored.size_bytes, key=key), at=at)
    except UploadError:
        private_store().delete(key)
        raise
    except NoFilm:
        abandon_upload(upload, at=at)
        raise
    if not stored.size_bytes:
        private_store().delete(key)
    return offset_bytes + stored.size_bytes


def abandon_upload(upload: Upload, *, at: datetime) -> None:
    """Forget an upload whose file isn't complete, and what has arrived of it."""
    with transaction.atomic():
        current = Upload.objects.select_for_update().filter(pk=upload.pk).exclude(state=UploadState.COMPLETE).first()
        if current is None:
            return
        current.delete()
        discard(upload.prefix, at=at)
        if current.is_direct and current.state == UploadState.RECEIVING:
            discard(upload.master_folder, at=at)


def abandon_expired_uploads(*, at: datetime) -> None:
    """Forget every upload that has waited too long for its next piece, and those that ended long ago."""
    for upload in Upload.objects.filter(expires_at__lte=at).exclude(state=UploadState.COMPLETE):
        abandon_upload(upload, at=at)


def refuse_upload(upload: Upload, reason: str, *, at: datetime) -> None:
    """Say why the file can't become a film's master; what has arrived of it goes."""
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.REFUSED, message=reason, progress=0)
        upload.parts.all().delete()
        discard(upload.prefix, at=at)
        discard(upload.master_folder, at=at)


def _append(upload: Upload, part: UploadPart, *, at: datetime) -> None:
    end = part.offset_bytes + part.size_bytes
    state = UploadState.COMPLETE if end == upload.length_bytes else UploadState.RECEIVING
    with transaction.atomic():
        expected = Upload.objects.filter(
            pk=upload.pk, state=UploadState.RECEIVING, offset_bytes=part.offset_bytes, expires_at__gt=at
        )
        if not expected.update(offset_bytes=end, state=state, expires_at=at + UPLOAD_KEPT_FOR):
            raise _refusal(upload)
        part.upload = upload
        part.save(force_insert=True)
        if state == UploadState.COMPLETE:
            submit(CHECK_UPLOAD, CheckUpload(upload_id=upload.pk), key=f"{CHECK_UPLOAD}:{upload.pk}")


def _refusal(upload: Upload) -> UploadError:
    current = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).first()
    return WrongOffset(current.offset_bytes) if current else UploadGone()


def _head(key: str) -> bytes:
    with private_store().read(key, 0, HEAD_BYTES) as blocks:
        return b"".join(blocks)
