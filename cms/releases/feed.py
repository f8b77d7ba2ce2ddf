"""How do changes get cursors without gaps, in the order of commits?

One locked row counts them. Whoever releases or recalls takes it first and holds it until the transaction ends:
cursors can't be skipped by a reader, and numbers, recalls and deletions of files see each other in one order.
"""

from datetime import datetime

from cms.releases.models import Change, FeedPosition, Release

_ONLY_ROW = 1


def lock_feed() -> FeedPosition:
    """Return the counter, locked until the surrounding transaction ends."""
    FeedPosition.objects.get_or_create(pk=_ONLY_ROW)
    return FeedPosition.objects.select_for_update().get(pk=_ONLY_ROW)


def append(position: FeedPosition, change: Change.Type, release: Release, *, at: datetime) -> int:
    """Write the next change of the feed and return its cursor; ``position`` must be locked."""
    position.value += 1
    position.save(update_fields=["value"])
    Change.objects.create(
        cursor=position.value,
        type=change,
        tool_id=release.tool_id,
        kind=release.kind,
        locale=release.locale,
        number=release.number,
        change_class=release.change_class,
        at=at,
    )
    return position.value
