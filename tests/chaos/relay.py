"""Which relay takes the campaign? A real SMTP server that remembers whom it answered for, at a pace of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_port


@dataclass
class Taker:
    """Takes one mail each ``pace_s``, over all connections; never dies, as a relay of somebody else."""

    pace_s: float
    taken: Counter[str] = field(default_factory=Counter)
    _next_at: float = 0.0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._next_at = max(self._next_at, time.monotonic()) + self.pace_s
        await asyncio.sleep(self._next_at - time.monotonic())
        self.taken[envelope.rcpt_tos[0]] += 1
        return "250 2.0.0 Taken"


@contextmanager
def taking(taker: Taker) -> Iterator[str]:
    """Run the relay and yield its SMTP_URL."""
    port = free_port()
    controller = Controller(taker, hostname="127.0.0.1", port=port, server_hostname="relay.example")
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
