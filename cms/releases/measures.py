"""What of releases and recalls is worth watching? Above all a recall whose files are not all gone."""

from collections.abc import Iterator

from django.db.models import Count, F, Min, Sum
from django.utils import timezone

from cms.releases.models import Edition, Recall
from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]


@measure("mis_releases_total", "Releases ever made, recalled ones included.", labels=("kind",))
def releases() -> Numbers:
    """Add up the last numbers of the editions: few rows, where releases are many and large."""
    for kind, number in Edition.objects.values_list("kind").order_by().annotate(number=Sum(F("last_number"))):
        yield (kind,), number


@measure("mis_recalls_open", "Recalls of which not all files are gone.")
def open_recalls() -> Numbers:
    yield (), Recall.objects.filter(files_removed_at=None).count()


@measure("mis_recall_oldest_seconds", "How long the oldest recall has waited for its files to go; 0 if none has.")
def oldest_open_recall() -> Numbers:
    since = Recall.objects.filter(files_removed_at=None).aggregate(since=Min("recalled_at"))["since"]
    yield (), max(0.0, (timezone.now() - since).total_seconds()) if since else 0.0


@measure("mis_recalls_total", "Recalls ever made.", labels=("scope",))
def recalls() -> Numbers:
    for scope, number in Recall.objects.values_list("scope").order_by().annotate(number=Count("id")):
        yield (scope,), number
