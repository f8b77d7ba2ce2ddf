"""How is an event told, told again, and forgotten?"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from foundation.contracts.base import Contract
from foundation.contracts.events import event_type
from foundation.events.endpoints import endpoints_for
from foundation.events.errors import OutboxOutsideTransaction
from foundation.events.models import InboxMessage, OutboxDelivery, OutboxEvent
from foundation.jobs.actions import submit
from foundation.web.requests import current_request_id, request_id_scope

DELIVER = "events.deliver"
KEEP_DAYS = 30  # far longer than anybody retries, so that an old message can't be heard as a new one
KEEP_GIVEN_UP_DAYS = 180


class Deliver(Contract):
    """Payload of the job that carries one delivery."""

    delivery_id: int


def record(event: Contract, *, subject: str, at: datetime) -> OutboxEvent:
    """Store ``event`` in the transaction that makes it true, and queue one delivery per endpoint.

    Raises OutboxOutsideTransaction, and KeyError for a contract that is no event.
    """
    kind = event_type(event)
    if not transaction.get_connection().in_atomic_block:
        raise OutboxOutsideTransaction(f"{kind} was recorded outside the transaction that makes it true.")
    stored = OutboxEvent.objects.create(
        type=kind,
        subject=subject,
        data=event.model_dump(mode="json"),
        occurred_at=at,
        request_id=current_request_id() or uuid4().hex,
        recorded_at=Now(),
    )
    for endpoint in endpoints_for(kind):
        _queue(OutboxDelivery.objects.create(event=stored, endpoint=endpoint.name))
    return stored


def replay(delivery_id: int) -> OutboxDelivery:
    """Send a delivery again under the same webhook id, whatever became of it; a receiver that heard it changes nothing.

    One that is still being tried is left alone. Raises OutboxDelivery.DoesNotExist.
    """
    with transaction.atomic():
        delivery = OutboxDelivery.objects.select_for_update().get(pk=delivery_id)
        if delivery.state != OutboxDelivery.State.PENDING:
            OutboxDelivery.objects.filter(pk=delivery.pk).update(
                state=OutboxDelivery.State.PENDING, replays=F("replays") + 1, error=""
            )
            delivery.refresh_from_db()
            _queue(delivery)
    return delivery


def purge(*, now: datetime) -> int:
    """Forget what was delivered or heard long ago; return how many rows."""
    old = now - timedelta(days=KEEP_DAYS)
    open_or_failed = OutboxDelivery.objects.exclude(state=OutboxDelivery.State.DELIVERED)
    settled = OutboxEvent.objects.filter(recorded_at__lt=old).exclude(deliveries__in=open_or_failed)
    given_up = OutboxEvent.objects.filter(recorded_at__lt=now - timedelta(days=KEEP_GIVEN_UP_DAYS))
    heard = InboxMessage.objects.filter(received_at__lt=old)
    return sum(rows.delete()[0] for rows in (settled, given_up, heard))


def _queue(delivery: OutboxDelivery) -> None:
    """Queue under the request that made the event true, also when somebody asks for it again much later."""
    with request_id_scope(delivery.event.request_id):
        submit(DELIVER, Deliver(delivery_id=delivery.pk), key=delivery.job_key)
