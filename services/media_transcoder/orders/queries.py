"""How does an order look to the CMS?"""

from foundation.contracts.transcoding import TranscodeRequest, TranscodeStatus
from services.media_transcoder.orders.models import Order


def request_of(order: Order) -> TranscodeRequest:
    return TranscodeRequest.model_validate(order.request)


def status_of(order: Order) -> TranscodeStatus:
    return TranscodeStatus.model_validate(
        {
            "job_id": order.id,
            "version": order.version,
            "state": order.state,
            "stage": order.stage,
            "progress": order.progress,
            "message": order.message,
            "manifest": order.manifest,
            "source_sha256": order.request["source_sha256"],
            "changed_at": order.changed_at,
        }
    )
