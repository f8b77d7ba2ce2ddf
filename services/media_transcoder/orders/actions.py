"""How does an order begin, go on and end? Every change has a new version and is told to the CMS."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from foundation.contracts.base import Contract
from foundation.contracts.transcoding import FilmManifest, Stage, TranscodeChanged, TranscodeRequest
from foundation.events.actions import record
from foundation.jobs import actions as ledger
from foundation.storage import delete_tree, private_store
from services.media_transcoder.orders.models import OPEN, Order
from services.media_transcoder.orders.queries import request_of, status_of

State = Order.State


class OrderError(Exception):
    """An order can't be taken like this; the message says what to do."""


class KeyReused(OrderError):
    """The idempotency key belongs to another request."""


class PrepareFilm(Contract):
    """Payload of ``transcoder.prepare``."""

    order_id: UUID


@transaction.atomic
def take_order(request: TranscodeRequest, *, key: str, at: datetime) -> tuple[Order, bool]:
    """Return the order of this key and whether it is new; KeyReused when the key came with another request."""
    body = request.model_dump(mode="json")
    order, is_new = Order.objects.get_or_create(
        idempotency_key=key, defaults={"request": body, "created_at": at, "changed_at": at}
    )
    if order.request != body:
        raise KeyReused("This Idempotency-Key was used for another film. Send a new key with a new request.")
    if is_new:
        order.job_id = ledger.submit("transcoder.prepare", PrepareFilm(order_id=order.id), key=f"order:{order.id}").id
        order.save(update_fields=["job_id"])
    return order, is_new


def cancel_order(order: Order) -> None:
    """Stop an order that isn't over; one that is stays as it is."""
    if order.state in OPEN and order.job_id:
        ledger.cancel(order.job_id)
    order.refresh_from_db()


def note_progress(order_id: UUID, *, stage: Stage, progress: float, at: datetime) -> None:
    """Take down how far the film is; it never goes back, also when a part of the work is done again."""
    _change(order_id, at=at, state=State.RUNNING, stage=stage, progress=progress)


def divide_order(order_id: UUID, division: Contract) -> None:
    """Note how the work on a long film is divided, for all who take a part in it."""
    Order.objects.filter(id=order_id, state__in=OPEN).update(division=division.model_dump(mode="json"))


def finish_order(order_id: UUID, manifest: FilmManifest, *, at: datetime) -> None:
    """Say that the film is prepared."""
    made = manifest.model_dump(mode="json")
    _change(order_id, at=at, state=State.SUCCEEDED, stage="publish", progress=1.0, manifest=made)


def end_order(order_id: UUID, state: Order.State, message: str, *, at: datetime) -> None:
    """End an order without a film (refused, failed or cancelled): what was made of it goes away."""
    order = _change(order_id, at=at, state=state, message=message)
    if order is not None:
        prefix = request_of(order).output_prefix
        transaction.on_commit(lambda: delete_tree(private_store(), prefix), robust=True)


@transaction.atomic
def _change(order_id: UUID, *, at: datetime, progress: float = 0.0, **values: object) -> Order | None:
    """Change an open order and tell the CMS; one that is over stays as it is, and None is returned."""
    order = Order.objects.select_for_update().get(id=order_id)
    if order.state not in OPEN:
        return None
    for name, value in values.items():
        setattr(order, name, value)
    order.progress = max(order.progress, progress)
    order.version += 1
    order.changed_at = at
    order.save()
    record(TranscodeChanged(status=status_of(order)), subject=f"order:{order.id}", at=at)
    return order
