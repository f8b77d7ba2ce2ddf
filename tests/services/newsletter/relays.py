"""Which relays do the tests send to? Real SMTP servers in a thread, polite ones and others."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_port

Answer = Callable[[str], str | None]


def accept_all(address: str) -> str | None:
    """Have no objection."""
    return None


@dataclass
class Mailbox:
    """The handler of a relay: keeps what it accepted, and answers as it is told.

    ``to_recipient`` and ``to_body`` return a reply line, ``"drop"`` to hang up, or None to accept.
    """

    to_recipient: Answer = accept_all
    to_body: Answer = accept_all
    to_sender: Answer = accept_all
    is_pipelining: bool = True
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    bodies: Counter[str] = field(default_factory=Counter)  # whose body was received, accepted or not
    gate: threading.Event = field(default_factory=threading.Event)  # bodies wait for it while ``is_slow``
    is_slow: bool = False
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        extra = ["250-PIPELINING"] if self.is_pipelining else []
        return [*responses[:-1], *extra, responses[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.to_sender(address):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient(address)
        if answer == "drop":
            return self._drop(server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        while self.is_slow and not self.gate.is_set():
            await asyncio.sleep(0.005)
        self.bodies[address] += 1
        answer = self.to_body(address)
        if answer == "drop":
            return self._drop(server)
        if answer is None:
            self.accepted.append((address, cast("bytes", envelope.content)))
        return answer or "250 2.0.0 Taken"

    @staticmethod
    def _drop(server: SMTP) -> str:
        cast("Any", server.transport).abort()
        return "421 gone"

    @property
    def addresses(self) -> list[str]:
        return sorted(address for address, _ in self.accepted)

    def messages(self) -> dict[str, EmailMessage]:
        return {address: parsed(content) for address, content in self.accepted}


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default.clone(linesep=SMTP_POLICY.linesep))


def part(message: EmailMessage, subtype: str) -> str:
    """Return the text of the ``subtype`` part, decoded, with plain line ends."""
    body = message.get_body((subtype,))
    assert body is not None
    return cast("str", body.get_content()).replace("\r\n", "\n")


@contextmanager
def relay(mailbox: Mailbox) -> Iterator[str]:
    """Run an SMTP server around ``mailbox`` and yield its SMTP_URL."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, server_hostname="relay.example")
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        mailbox.gate.set()
        controller.stop()


def links(text: str) -> list[str]:
    """Return every address in ``text``, as a mail program would find them in brackets or attributes."""
    return re.findall(r"(?:<|href=\"|src=\")(https?://[^>\"\s]+)", text)
