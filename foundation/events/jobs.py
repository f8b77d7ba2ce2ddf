"""Which background work do events need? One job per delivery, and forgetting."""

import logging
import random
from functools import partial

from django.db.models.functions import Now
from django.utils import timezone

from foundation.events import actions
from foundation.events.actions import DELIVER, Deliver
from foundation.events.endpoints import endpoint_named
from foundation.events.errors import EndpointRefused, EndpointUnavailable
from foundation.events.models import DeliveryAttempt, OutboxDelivery
from foundation.events.sending import Answer, send
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler, periodic
from foundation.jobs.running import Outcome, RunningJob

log = logging.getLogger(__name__)

# Soon at first, because a receiver that restarts is back in seconds; then about a day, because somebody must notice.
PAUSES_S = (1, 2, 5, 10, 20, 60, 300, 1800, 7200, 14_400, 28_800, 28_800)


def give_up(job: Job) -> None:
    """Show that a delivery will not be tried again."""
    delivery_id = Deliver.model_validate(job.payload).delivery_id
    pending = OutboxDelivery.objects.filter(pk=delivery_id, state=OutboxDelivery.State.PENDING)
    if pending.update(state=OutboxDelivery.State.GIVEN_UP, error=job.error[:300]):
        log.error("delivery_given_up", extra={"delivery_id": delivery_id, "error": job.error})


@job_handler(DELIVER, payload=Deliver, lease_s=30, max_attempts=len(PAUSES_S) + 1, lane="events", on_failed=give_up)
def deliver(job: RunningJob, payload: Deliver) -> Outcome:
    """Send one event to one endpoint; the attempt is logged whatever becomes of it."""
    delivery = OutboxDelivery.objects.select_related("event").get(pk=payload.delivery_id)
    endpoint = endpoint_named(delivery.endpoint, delivery.event.type)
    if endpoint is None:
        raise EndpointRefused(f"The endpoint {delivery.endpoint} is not configured any more.")
    answer = send(delivery.event, endpoint)
    if answer.accepted:
        return Outcome(effect=partial(_note_delivered, delivery, answer))
    _log_attempt(delivery, answer)
    if answer.is_worth_retrying:
        raise EndpointUnavailable(answer.error, after_s=_pause_s(job.attempt, answer))
    raise EndpointRefused(f"The endpoint refused the message: {answer.error}.")


@periodic("events.purge", every_s=3600, lane="events")
def forget() -> None:
    """Delete what nobody needs any more."""
    actions.purge(now=timezone.now())


def _note_delivered(delivery: OutboxDelivery, answer: Answer) -> None:
    _log_attempt(delivery, answer)
    OutboxDelivery.objects.filter(pk=delivery.pk).update(
        state=OutboxDelivery.State.DELIVERED, delivered_at=Now(), error=""
    )


def _log_attempt(delivery: OutboxDelivery, answer: Answer) -> None:
    DeliveryAttempt.objects.create(
        delivery=delivery,
        attempted_at=Now(),
        status=answer.status,
        duration_ms=answer.duration_ms,
        error=answer.error,
    )


def _pause_s(attempt: int, answer: Answer) -> float:
    """Return the pause of the plan, spread over a fifth of it, or longer if the endpoint asks for that."""
    planned = PAUSES_S[min(attempt, len(PAUSES_S)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
    return max(planned, answer.retry_after_s or 0.0)
