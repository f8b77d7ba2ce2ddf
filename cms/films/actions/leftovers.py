"""How do files leave the private store once nothing uses them?

They are named in the transaction that makes them useless, and deleted afterwards: a crash in between forgets nothing.
"""

from datetime import datetime, timedelta

from cms.films.models import Leftover
from foundation.storage import delete_tree, private_store

GRACE = timedelta(hours=1)
"""How long renditions outlive their replacement: a preview may still be running, a release may be copying them."""


def discard(prefix: str, *, at: datetime) -> None:
    """Let everything below ``prefix`` be deleted from ``at`` on; an empty prefix names nothing."""
    if prefix:
        Leftover.objects.update_or_create(prefix=prefix, defaults={"purge_after": at})


def purge_leftovers(*, at: datetime) -> None:
    """Delete what has been discarded."""
    for leftover in Leftover.objects.filter(purge_after__lte=at):
        delete_tree(private_store(), leftover.prefix)
        leftover.delete()
