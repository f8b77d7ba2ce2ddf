"""What can go wrong with an event?"""

from foundation.jobs.errors import Retryable, Terminal


class EventError(Exception):
    """Base of what the events raise."""


class OutboxOutsideTransaction(EventError):
    """An event was recorded outside the transaction that makes it true."""


class DeliveryError(EventError):
    """An endpoint did not accept a webhook."""


class EndpointUnavailable(DeliveryError, Retryable):
    """Network failure, 408, 409, 429 or 5xx: worth another attempt."""


class EndpointRefused(DeliveryError, Terminal):
    """The endpoint will not take this message, or isn't configured any more."""
