"""What may the CMS ask of the transcoder?"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from foundation.contracts.transcoding import PROFILE_VERSION, TranscodeRequest
from foundation.web.keys import service_key_required
from foundation.web.problems import problem
from services.media_transcoder.orders import actions
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.queries import status_of

KEY_LENGTH = 200


@service_key_required("TRANSCODER_KEY")
@require_POST
def orders(request: HttpRequest) -> HttpResponse:
    """``POST /v1/jobs``: 202 for a new order, 200 for one that is known by its ``Idempotency-Key``."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        return problem(
            400, "Idempotency-Key missing", f"Send a header Idempotency-Key of 1 to {KEY_LENGTH} characters."
        )
    try:
        wanted = TranscodeRequest.model_validate_json(request.body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        found = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in details]
        return problem(422, "Not an order", "Send a TranscodeRequest.", errors=found)
    if wanted.profile_version != PROFILE_VERSION:
        return problem(422, "Unknown profile", f"This transcoder makes profile version {PROFILE_VERSION}.")
    try:
        order, is_new = actions.take_order(wanted, key=key, at=timezone.now())
    except actions.KeyReused as error:
        return problem(409, "Key used before", str(error))
    return _answer(order, status=202 if is_new else 200)


@service_key_required("TRANSCODER_KEY")
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """``GET /v1/jobs/{id}``."""
    found = Order.objects.filter(id=order_id).first()
    return _answer(found) if found else _unknown()


@service_key_required("TRANSCODER_KEY")
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """``POST /v1/jobs/{id}/cancel``: a job that is over stays as it is."""
    found = Order.objects.filter(id=order_id).first()
    if found is None:
        return _unknown()
    actions.cancel_order(found)
    return _answer(found)


def _answer(order: Order, *, status: int = 200) -> HttpResponse:
    return HttpResponse(status_of(order).model_dump_json(), status=status, content_type="application/json")


def _unknown() -> HttpResponse:
    return problem(404, "Unknown job", "There is no job of this id.")
