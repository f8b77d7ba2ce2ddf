"""How is a webhook heard? Once, and only from who holds the secret."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import AwareDatetime, ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from foundation.contracts.base import Contract
from foundation.events.models import InboxMessage
from foundation.events.registry import Receiver, contract_of, receiver_of
from foundation.web.keys import public
from foundation.web.problems import problem

log = logging.getLogger(__name__)

LONGEST_BODY_BYTES = 1 << 20
LONGEST_ID = 100


class Envelope(Contract):
    """What every webhook's body looks like."""

    type: str
    timestamp: AwareDatetime
    data: dict[str, object]


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, source: str) -> HttpResponse:
    """Verify, then hear the event in one transaction with its effect; hearing it again answers 200 and changes nothing.

    Anybody may call, the signature says who did: 401 without a valid one, 404 for a source that isn't configured,
    413 and 422 for what can't be an event.
    """
    secret = getattr(settings, "WEBHOOK_SOURCES", {}).get(source)
    if not secret:
        return problem(404, "Unknown source", "No webhooks are expected from this source.")
    body = _body(request)
    if body is None:
        return problem(413, "Body too large", f"Send at most {LONGEST_BODY_BYTES} bytes.")
    if not _is_genuine(request, body, secret):
        return problem(
            401, "Signature refused", "Sign the body with the shared secret, and send it within five minutes."
        )
    webhook_id = request.headers["webhook-id"]
    if len(webhook_id) > LONGEST_ID:
        return problem(422, "Id too long", f"Send a webhook-id of at most {LONGEST_ID} characters.")
    return _hear(source, webhook_id, body)


def _body(request: HttpRequest) -> bytes | None:
    declared = request.headers.get("Content-Length", "0")
    if not declared.isdigit() or int(declared) > LONGEST_BODY_BYTES:
        return None
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LONGEST_BODY_BYTES else None


def _is_genuine(request: HttpRequest, body: bytes, secret: str) -> bool:
    try:
        Webhook(secret).verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: a signature or a body that is no text at all
        return False
    return True


def _hear(source: str, webhook_id: str, body: bytes) -> HttpResponse:
    try:
        envelope = Envelope.model_validate_json(body)
        contract = contract_of(envelope.type)
        event = contract.model_validate(envelope.data) if contract else None
    except ValidationError as error:
        return problem(422, "Not an event", f"The body doesn't match its contract: {error.error_count()} errors.")
    if event is None:
        return problem(422, "Unknown event", f"There is no event {envelope.type[:100]}.")
    receiver = receiver_of(envelope.type, source)
    is_new = _once(
        InboxMessage(source=source, webhook_id=webhook_id, type=envelope.type), receiver, event, envelope.timestamp
    )
    outcome = ("heard" if receiver else "ignored") if is_new else "duplicate"
    log.info(
        "webhook_received", extra={"source": source, "webhook_id": webhook_id, "type": envelope.type, "as": outcome}
    )
    return JsonResponse({"status": outcome})


def _once(message: InboxMessage, receiver: Receiver | None, event: Contract, at: datetime) -> bool:
    """Note the message and make its effect true, together; False if it was heard before."""
    with transaction.atomic():
        message.received_at = Now()
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:
            return False
        if receiver:
            receiver(event, at=at)
    return True
