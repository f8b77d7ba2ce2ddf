"""How does a film go, and all its files with it?"""

from datetime import datetime

from django.db import transaction

from cms.films.actions.leftovers import GRACE, discard
from cms.films.actions.preparation import call_off
from cms.films.models import Film
from cms.films.queries import is_released, is_used


class FilmInUse(Exception):
    """A page shows the film."""


class FilmReleased(Exception):
    """Files of the film are public: its releases must be recalled first."""


def delete_film(film: Film, *, at: datetime) -> None:
    """Delete a film that no page uses and no release contains; its files follow when nothing reads them any more."""
    with transaction.atomic():
        current = Film.objects.select_for_update().get(pk=film.pk)
        if is_used(current):
            raise FilmInUse
        if is_released(current):
            raise FilmReleased
        call_off(current, at=at)
        for upload in current.uploads.all():
            discard(upload.prefix, at=at)
            discard(upload.master_folder, at=at)
        discard(current.master_key.rpartition("/")[0], at=at)
        discard(current.prepared_prefix, at=at + GRACE)
        current.delete()
