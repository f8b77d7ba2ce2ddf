"""What of the films is worth watching? How many stand where, and those that fail again and again."""

from collections.abc import Iterator

from django.db.models import Count

from cms.films.models import Film, FilmState
from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]


@measure("mis_films", "Films by state.", labels=("state",))
def films() -> Numbers:
    counts = dict(Film.objects.values_list("state").order_by().annotate(number=Count("id")))
    for state in FilmState.values:
        yield (state,), counts.get(state, 0)


@measure("mis_films_failed_again", "Films that failed at their second attempt or a later one.")
def failed_again() -> Numbers:
    yield (), Film.objects.filter(state=FilmState.FAILED, attempt__gte=2).count()
