"""How do files leave the private store once nothing uses them?

They are named in the transaction that makes them useless, and deleted afterwards: a crash in between forgets nothing.
"""

from datetime import datetime, timedelta

from cms.films.models import Leftover
from foundation.storage import delete_tree, parts, private_store

GRACE = timedelta(hours=1)
"""How long renditions outlive their replacement: a preview may still be running, a release may be copying them."""


def discard(prefix: str, *, at: datetime) -> None:
    """Let everything below ``prefix`` be deleted from ``at`` on; an empty prefix names nothing."""
    if prefix:
        Leftover.objects.update_or_create(prefix=prefix, defaults={"purge_after": at})


def purge_leftovers(*, at: datetime) -> None:
    """Delete what has been discarded, and abort what a browser was sending there."""
    for leftover in Leftover.objects.filter(purge_after__lte=at):
        _abort_below(leftover.prefix)
        delete_tree(private_store(), leftover.prefix)
        leftover.delete()


def _abort_below(prefix: str) -> None:
    store = parts.taking_parts(private_store())
    if store is not None:
        for each in parts.unfinished(store, f"{prefix}/"):
            parts.abort(store, each.key, each.upload_id)
