"""How does a partner hear of recalls? By signed webhooks (Standard Webhooks 1.0): verified, taken once, acted on."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

REMEMBERED = 500


class Rejected(Exception):
    """The message is not from Make-IT-Safe, or is too old."""


class Hooks:
    """Verifies messages and remembers which were heard; hearing one twice changes nothing."""

    def __init__(self) -> None:
        self._heard: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._turn = threading.Lock()

    def take(self, body: bytes, headers: Mapping[str, str], *, secret: str) -> dict[str, Any] | None:
        """Return the message, or None when it was heard before; raises Rejected."""
        try:
            Webhook(secret).verify(body.decode(), dict(headers))
            message: dict[str, Any] = json.loads(body)
        except (WebhookVerificationError, ValueError) as error:
            raise Rejected(str(error)) from error
        with self._turn:
            if headers["webhook-id"] in self._heard:
                return None
            self._heard[headers["webhook-id"]] = {
                "type": message.get("type"),
                "at": time.time(),
                "data": message.get("data"),
            }
            if len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)
        return message

    def heard(self) -> list[dict[str, Any]]:
        """Return what was heard, the oldest first."""
        with self._turn:
            return [{"id": message_id, **message} for message_id, message in self._heard.items()]
