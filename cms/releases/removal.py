"""Which public files may go, and how do they go without taking one that a release needs?

Files are deleted under the lock of the feed: whoever releases checks, under the same lock, that its files are there.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models.functions import Now

from cms.releases.feed import lock_feed
from cms.releases.models import Recall, ReleaseAsset
from cms.releases.queries import standing_keys
from foundation.storage import public_store

BATCH = 50
"""Files deleted while others wait for the lock: some milliseconds."""


def remove_files_of(recall: Recall) -> None:
    """Delete the files of what was recalled, but for those that a standing release needs. May be run again."""
    keys = ReleaseAsset.objects.filter(release__withdrawal__recall=recall).values_list("key", flat=True).distinct()
    delete_unneeded(keys)
    Recall.objects.filter(pk=recall.pk, files_removed_at=None).update(files_removed_at=Now())


def delete_unneeded(keys: Iterable[str]) -> int:
    """Delete those of ``keys`` that no standing release needs; return how many were offered for deletion."""
    store = public_store()
    deleted = 0
    for batch in batched(keys, BATCH):
        with transaction.atomic():
            lock_feed()
            for key in set(batch) - standing_keys(batch):
                store.delete(key)
                deleted += 1
    return deleted


def orphans(*, older_than: datetime) -> Iterator[str]:
    """Yield public files that no standing release needs and that are older than any release under way."""
    for folder in ("sha256/", "films/"):
        old = (file.key for file in public_store().keys(folder) if file.modified_at < older_than)
        for batch in batched(old, 500):
            yield from sorted(set(batch) - standing_keys(batch))


def batched(keys: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Yield ``keys`` in tuples of at most ``size``."""
    rest = iter(keys)
    while batch := tuple(islice(rest, size)):
        yield batch
