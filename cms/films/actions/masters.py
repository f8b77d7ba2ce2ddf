"""How does a complete upload become the master of its film?"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cms.films.actions.leftovers import GRACE, discard
from cms.films.actions.preparation import call_off, order_preparation
from cms.films.containers import HEAD_BYTES, family_of
from cms.films.models import Film, FilmState, Upload, UploadState
from foundation.storage import StoredFile, StoreUnavailable, parts, private_store, put

_IN_ORDER = {FilmState.QUEUED, FilmState.RUNNING, FilmState.READY}


class PartsMissing(Exception):
    """The parts of an upload don't add up to it: a defect, or somebody has tidied the store by hand."""


def assemble(upload: Upload, *, report: Callable[[float], None]) -> StoredFile:
    """Make the parts of ``upload`` one file at its ``master_key``; ``report`` hears the share that is done.

    Raises NoFilm, with a sentence, for what can't be one, and PartsMissing. May run again after it was broken off.
    """
    if upload.is_direct:
        _join_in_the_store(upload)
        _check_is_film(upload)
        return _hashed(upload, report)
    stored = put(private_store(), upload.master_key, _bytes_of(upload, report))
    _check_is_film(upload)
    return stored


def adopt_master(upload: Upload, stored: StoredFile, *, at: datetime) -> None:
    """Make ``stored`` the master of its film and have it prepared; the same file again changes nothing."""
    with transaction.atomic():
        film = Film.objects.select_for_update().filter(pk=upload.film_id).first()
        current = Upload.objects.filter(pk=upload.pk, state=UploadState.COMPLETE).first()
        if film is None or current is None:
            discard(_folder(stored.key), at=at)  # the film was deleted meanwhile
            return
        if film.state in _IN_ORDER and film.master_sha256 == stored.sha256:
            discard(_folder(stored.key), at=at)
        else:
            _replace(film, current, stored, at=at)
        current.state = UploadState.ACCEPTED
        current.save(update_fields=["state"])
        current.parts.all().delete()
        discard(upload.prefix, at=at)


def _replace(film: Film, upload: Upload, stored: StoredFile, *, at: datetime) -> None:
    call_off(film, at=at)
    if film.master_key:
        discard(_folder(film.master_key), at=at + GRACE)
    film.master_key, film.master_sha256 = stored.key, stored.sha256
    film.master_size_bytes, film.master_name = stored.size_bytes, upload.filename
    film.save(update_fields=["master_key", "master_sha256", "master_size_bytes", "master_name", "updated_at"])
    order_preparation(film, at=at)


def _bytes_of(upload: Upload, report: Callable[[float], None]) -> Iterator[bytes]:
    done = 0
    for part in upload.parts.order_by("offset_bytes"):
        if part.offset_bytes != done:
            raise PartsMissing(_("A part of the file is missing. Upload the file again."))
        with private_store().read(part.key) as blocks:
            for block in blocks:
                done += len(block)
                report(done / upload.length_bytes)
                yield block
    if done != upload.length_bytes:
        raise PartsMissing(_("A part of the file is missing. Upload the file again."))


def _join_in_the_store(upload: Upload) -> None:
    """Let the store make one file of the parts it holds, without a copy; done already is as good."""
    store = parts.taking_parts(private_store())
    if store is None:
        raise PartsMissing(f"The store of {upload.master_key} was another.")
    try:
        parts.complete(
            store, upload.master_key, upload.multipart_id, parts.arrived(store, upload.master_key, upload.multipart_id)
        )
    except parts.PartsGone:
        if not private_store().exists(upload.master_key):
            raise PartsMissing(f"The parts of {upload.master_key} are gone.") from None
    if private_store().size(upload.master_key) != upload.length_bytes:
        raise PartsMissing(f"{upload.master_key} has not the size that was announced.")


def _check_is_film(upload: Upload) -> None:
    with private_store().read(upload.master_key, 0, HEAD_BYTES) as head:
        family_of(b"".join(head))


def _hashed(upload: Upload, report: Callable[[float], None]) -> StoredFile:
    digest, done = hashlib.sha256(), 0
    with private_store().read(upload.master_key) as blocks:
        for block in blocks:
            digest.update(block)
            done += len(block)
            report(done / upload.length_bytes)
    if done != upload.length_bytes:
        raise StoreUnavailable(f"{upload.master_key} broke off after {done} bytes.")
    return StoredFile(upload.master_key, digest.hexdigest(), done)


def _folder(key: str) -> str:
    return key.rpartition("/")[0]
