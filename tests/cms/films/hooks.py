"""How does the transcoder's word reach the CMS in a test? As a signed webhook."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from cms.films.models import Film
from foundation.contracts.transcoding import TranscodeStatus


def job_of(film: Film) -> Any:
    assert film.job_id
    return film.job_id


def hook(status: TranscodeStatus, *, secret: str = "") -> Any:
    """Deliver ``status`` as the transcoder would."""
    now = datetime.now(UTC)
    data = {"status": status.model_dump(mode="json")}
    event = {"type": "transcode.changed", "timestamp": now.isoformat(), "data": data}
    body, message_id = json.dumps(event), f"msg_{uuid4().hex}"
    secret = secret or django_settings.WEBHOOK_SOURCES["transcoder"]
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body),
    }
    url = reverse("hooks", args=["transcoder"])
    return Client().post(url, body, content_type="application/json", headers=headers)
