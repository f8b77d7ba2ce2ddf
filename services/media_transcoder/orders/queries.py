"""How does an order look to the CMS, and how far are the jobs that make it?"""

from typing import Any

from foundation.contracts.transcoding import TranscodeRequest, TranscodeStatus
from foundation.jobs.models import Job
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


def made_share(order: Order) -> float:
    """Return which share of a film's chunks and sound is made; what doesn't say its share doesn't count."""
    parts = Job.objects.filter(parent_id=order.job_id).values_list("payload", "progress")
    return min(1.0, sum(float(payload.get("share", 0)) * progress for payload, progress in parts))


def results_of_parts(order: Order) -> dict[int | None, Any]:
    """Return what was made of each chunk by its number, and of the sound (None)."""
    parts = Job.objects.filter(parent_id=order.job_id, result__isnull=False).values_list("payload", "result")
    return {payload["number"]: result for payload, result in parts if "number" in payload}
