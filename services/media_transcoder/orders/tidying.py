"""What lies there of orders that are over, as after a crash, and how does it go away?"""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from services.media_transcoder.orders.models import OPEN, Order
from services.media_transcoder.orders.piece_store import forget_pieces
from services.media_transcoder.orders.publishing import forget_work
from services.media_transcoder.orders.sources import forget_sources

_LATELY = timedelta(hours=2)


def tidy() -> None:
    """Remove the work of orders that are over from this machine, and the masters nobody needs any more."""
    for order_id in _forgotten_work():
        forget_work(order_id)
    tidy_sources()


def tidy_sources() -> None:
    """A film may have to disappear: what was fetched of it stays only as long as it is worked on."""
    requests = Order.objects.filter(state__in=OPEN).values_list("request", flat=True)
    forget_sources(except_for={request["source_sha256"] for request in requests})


def tidy_store() -> None:
    """Remove the pieces of orders that ended lately: a worker that was overtaken may have stored one late."""
    ended = Order.objects.exclude(state__in=OPEN).filter(division__isnull=False)
    for order in ended.filter(changed_at__gt=timezone.now() - _LATELY):
        forget_pieces(order)


def _forgotten_work() -> list[UUID]:
    """Return the orders whose work still lies there though they are over; looked at in this order, none is new."""
    root = Path(settings.WORK_DIR)
    found = {UUID(path.name) for path in root.iterdir() if _is_id(path.name)} if root.is_dir() else set()
    still_open = Order.objects.filter(id__in=found, state__in=OPEN).values_list("id", flat=True)
    return sorted(found - set(still_open))


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
