"""What is done with pictures in the background? The sizes of a release are made ahead: a comic has dozens of them."""

import logging
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.db.models import F
from django.utils import timezone
from PIL import UnidentifiedImageError

from cms.artwork.models import Artwork
from cms.releases.pictures import FOLDER, encoded, prefix_of
from foundation.contracts.base import Contract
from foundation.jobs.actions import submit
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob
from foundation.storage import StoredKey, delete_tree, private_store

log = logging.getLogger(__name__)

ENCODE = "artwork.encode"
BATCH = 100
AFTER_OTHERS = -10


class EncodePicture(Contract):
    """Make the public encodings of the picture at ``file``, if it is still the picture's file."""

    artwork_id: int
    file: str


@periodic("artwork.queue_encodings", every_s=10)
def queue_encodings() -> None:
    """Queue a job for every picture whose sizes aren't made yet; the key keeps it at one each."""
    for artwork in Artwork.objects.exclude(encoded_file=F("file")).order_by("pk")[:BATCH]:
        payload = EncodePicture(artwork_id=artwork.pk, file=artwork.file.name)
        submit(ENCODE, payload, key=f"{ENCODE}:{artwork.file.name}", priority=AFTER_OTHERS)


@job_handler(ENCODE, payload=EncodePicture)
def encode_picture(job: RunningJob, payload: EncodePicture) -> Outcome | None:
    """Encode one picture; what can't be read is left for the release gate to name."""
    artwork = Artwork.objects.filter(pk=payload.artwork_id, file=payload.file).first()
    if artwork is None:
        return None
    prefix = ""
    try:
        with artwork.open_file() as stored:
            prefix = prefix_of(stored)
            encoded(stored)
    except (OSError, ValueError, UnidentifiedImageError):
        log.warning("picture_unreadable", extra={"artwork": artwork.pk})
    return Outcome(effect=partial(_note, payload, prefix))


@periodic("artwork.tidy", every_s=3600)
def tidy() -> None:
    """Delete the encodings of pictures that are gone or were replaced, a day after they were made."""
    forget_encodings(made_before=timezone.now() - timedelta(days=1))


def forget_encodings(*, made_before: datetime) -> None:
    """Delete what was encoded before ``made_before`` and belongs to no picture of the library any more."""
    store = private_store()
    kept = set(Artwork.objects.values_list("encoded_prefix", flat=True))
    for prefix, files in groupby(store.keys(f"{FOLDER}/"), key=_prefix_of):
        if prefix not in kept and max(file.modified_at for file in files) < made_before:
            delete_tree(store, prefix)


def _prefix_of(file: StoredKey) -> str:
    """Return the folder of one picture's encodings: below the recipe, named by the picture."""
    return "/".join(file.key.split("/")[:3])


def _note(payload: EncodePicture, prefix: str) -> None:
    current = Artwork.objects.filter(pk=payload.artwork_id, file=payload.file)
    current.update(encoded_file=payload.file, encoded_prefix=prefix)
