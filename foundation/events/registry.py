"""Which code hears which event?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from foundation.contracts.base import Contract
from foundation.contracts.events import EVENTS

R = TypeVar("R", bound=Callable[..., None])


class Receiver(Protocol):
    """Makes an event true on this side; runs in the transaction that notes it was heard. ``at``: when it happened."""

    def __call__(self, event: Any, *, at: datetime) -> None: ...


_receivers: dict[tuple[str, str], Receiver] = {}


def receives(event_type: str, *, source: str) -> Callable[[R], R]:
    """Register the one function that hears ``event_type`` from ``source``; KeyError if there is no such event."""
    EVENTS[event_type]

    def register(receiver: R) -> R:
        known = _receivers.setdefault((event_type, source), receiver)
        if known.__module__ != receiver.__module__:
            raise ValueError(f"{event_type} from {source} is already received in {known.__module__}.")
        return receiver

    return register


def receiver_of(event_type: str, source: str) -> Receiver | None:
    """Return who hears ``event_type`` from ``source``; None if nobody does."""
    return _receivers.get((event_type, source))


def contract_of(event_type: str) -> type[Contract] | None:
    """Return the shape of an event; None if there is no such event."""
    return EVENTS.get(event_type)
