"""How does a film file arrive when the browser sends it straight to an S3 store, so that nothing is lost or doubled?

What has arrived is what the store lists, so no part is written down here. That all has arrived is written down before
anything is made of the parts: from then on the job that checks the upload ends it, however often that is killed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from cms.films.actions.uploads import UploadError, UploadGone, abandon_upload, check_room
from cms.films.containers import family_of
from cms.films.models import UPLOAD_KEPT_FOR, Film, Upload, UploadState
from cms.films.work import CHECK_UPLOAD, CheckUpload
from foundation.jobs.actions import submit
from foundation.storage import parts, private_store
from foundation.storage.parts import PartStore

PART_BYTES = parts.LEAST_PART_BYTES
"""As small as the store allows: a part that a slow line breaks off is sent again whole."""
URL_EXPIRES_S = 900
MOST_URLS = 8
"""How many URLs are handed out at a time: whoever comes upon them can send no more than these parts."""
FORGOTTEN_AFTER = timedelta(hours=1)


class NoDirectUploads(UploadError):
    """The private store is a folder: files come through this process."""


class UploadOver(UploadError):
    """All has arrived already, by another tab or by a request whose answer was lost."""


class PartsOutstanding(UploadError):
    """The upload can't be completed before the parts ``numbers`` arrive."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__(f"{len(numbers)} parts are missing.")
        self.numbers = numbers


@dataclass(frozen=True)
class SentFile:
    """A file as a browser describes it: ``head`` are its first ``HEAD_BYTES``, ``modified_ms`` counts from 1970."""

    name: str
    size_bytes: int
    modified_ms: int
    head: bytes

    @property
    def fingerprint(self) -> str:
        """What tells this file from any other that may come for the same film."""
        told = [self.name, self.size_bytes, self.modified_ms, hashlib.sha256(self.head).hexdigest()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class WantedPart:
    """A part about to be sent; ``sha256`` is Base64, or None where the browser can't tell."""

    number: int
    sha256: str | None


def takes_direct_uploads() -> bool:
    """Say whether browsers send films straight to the private store."""
    return parts.taking_parts(private_store()) is not None


def begin_direct_upload(film: Film, file: SentFile, *, user_id: int | None, at: datetime) -> Upload:
    """Return the upload of this very file if one is going on, else a new one; NoFilm, FileTooBig, StoreFull."""
    store = _store()
    check_room(file.size_bytes, needed_bytes=file.size_bytes)
    family_of(file.head)
    present = _going_on(store, film, file, at=at)
    if present:
        return present
    film.uploads.filter(state=UploadState.REFUSED).delete()
    upload = Upload(
        pk=uuid4(),
        film=film,
        user_id=user_id,
        filename=file.name[:255],
        length_bytes=file.size_bytes,
        part_bytes=part_bytes(file.size_bytes),
        fingerprint=file.fingerprint,
        expires_at=at + UPLOAD_KEPT_FOR,
    )
    upload.multipart_id = parts.begin(store, upload.master_key)
    return _written_down(store, upload)


def sign_parts(upload: Upload, wanted: Iterable[WantedPart], *, sent_bytes: int, at: datetime) -> dict[int, str]:
    """Return where to PUT each part, and take down how far the browser says it is; UploadOver, UploadGone."""
    note_progress(upload, sent_bytes=sent_bytes, at=at)
    store = _store()
    return {
        part.number: parts.signed_url(
            store,
            upload.master_key,
            upload.multipart_id,
            part.number,
            expires_s=URL_EXPIRES_S,
            sha256=part.sha256,
        )
        for part in wanted
        if 1 <= part.number <= part_count(upload)
    }


def note_progress(upload: Upload, *, sent_bytes: int, at: datetime) -> None:
    """Take down how far the browser says it is, for others who look; UploadOver, UploadGone."""
    going_on = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING, expires_at__gt=at)
    offset_bytes = min(max(sent_bytes, 0), upload.length_bytes)
    if not going_on.update(offset_bytes=offset_bytes, expires_at=at + UPLOAD_KEPT_FOR):
        raise _why_not(upload)


def missing_parts(upload: Upload, *, at: datetime) -> tuple[int, ...]:
    """Ask the store which parts have still to come; none once all was there. UploadGone."""
    if upload.state in {UploadState.COMPLETE, UploadState.ACCEPTED}:
        return ()
    try:
        listed = parts.arrived(_store(), upload.master_key, upload.multipart_id)
    except parts.PartsGone:
        abandon_upload(upload, at=at)
        raise UploadGone from None
    whole = {part.number for part in listed if part.size_bytes == size_of_part(upload, part.number)}
    return tuple(number for number in range(1, part_count(upload) + 1) if number not in whole)


def complete_direct_upload(upload: Upload, *, at: datetime) -> None:
    """Take down that all has arrived and have it checked; again changes nothing. PartsOutstanding, UploadGone."""
    missing = missing_parts(upload, at=at)
    if missing:
        raise PartsOutstanding(missing)
    with transaction.atomic():
        going_on = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING)
        changes = {"state": UploadState.COMPLETE, "offset_bytes": upload.length_bytes}
        if going_on.update(**changes, expires_at=at + UPLOAD_KEPT_FOR):
            submit(CHECK_UPLOAD, CheckUpload(upload_id=upload.pk), key=f"{CHECK_UPLOAD}:{upload.pk}")
            return
    reason = _why_not(upload)
    if not isinstance(reason, UploadOver):
        raise reason


def abort_forgotten(*, at: datetime) -> None:
    """Abort what was begun in the store by a process that died before it wrote that down."""
    store = parts.taking_parts(private_store())
    if store is None:
        return
    for each in list(parts.unfinished(store, "masters/")):
        if each.begun_at < at - FORGOTTEN_AFTER and not _is_known(each):
            parts.abort(store, each.key, each.upload_id)


def part_bytes(length_bytes: int) -> int:
    """Return the size of parts, whole MiB, so that a file of ``length_bytes`` has no more than the store allows."""
    least = -(-length_bytes // parts.MOST_PARTS)
    return max(PART_BYTES, -(-least >> 20) << 20)


def part_count(upload: Upload) -> int:
    return -(-upload.length_bytes // upload.part_bytes)


def size_of_part(upload: Upload, number: int) -> int:
    """Return how many bytes part ``number`` has: all have ``part_bytes`` but the last."""
    return min(upload.part_bytes, upload.length_bytes - (number - 1) * upload.part_bytes)


def _store() -> PartStore:
    store = parts.taking_parts(private_store())
    if store is None:
        raise NoDirectUploads
    return store


def _going_on(store: PartStore, film: Film, file: SentFile, *, at: datetime) -> Upload | None:
    upload = film.uploads.filter(state=UploadState.RECEIVING, fingerprint=file.fingerprint).first()
    if upload is None:
        return None
    try:
        if not upload.is_expired(at=at):
            parts.arrived(store, upload.master_key, upload.multipart_id)
            return upload
    except parts.PartsGone:
        pass
    abandon_upload(upload, at=at)
    return None


def _written_down(store: PartStore, upload: Upload) -> Upload:
    """Save a new upload, or give way to one of the same file that another tab began at this moment."""
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except IntegrityError:
        parts.abort(store, upload.master_key, upload.multipart_id)
        other = Upload.objects.filter(
            film_id=upload.film_id, fingerprint=upload.fingerprint, state=UploadState.RECEIVING
        ).first()
        if other is None:
            raise UploadGone from None
        return other
    return upload


def _why_not(upload: Upload) -> UploadError:
    over = Upload.objects.filter(pk=upload.pk, state__in=[UploadState.COMPLETE, UploadState.ACCEPTED])
    return UploadOver() if over.exists() else UploadGone()


def _is_known(unfinished: parts.Unfinished) -> bool:
    """Say whether an upload stands behind it; the master of one that came through this process is sent in parts too."""
    folder = unfinished.key.removeprefix("masters/").partition("/")[0]
    upload = Upload.objects.filter(pk=folder).first() if _is_uuid(folder) else None
    return upload is not None and upload.multipart_id in {"", unfinished.upload_id}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
