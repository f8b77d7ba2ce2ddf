"""How do many letters go out at once? A few kept connections in one loop, no thread.

A connection that ends is replaced as long as connections get work done; when none does, the relay is unavailable.
"""

import logging
import selectors
import smtplib
import socket
import ssl
import time
from collections.abc import Callable

from services.newsletter.smtp.dialogue import Dialogue
from services.newsletter.smtp.letters import Book
from services.newsletter.smtp.relay import Relay, RelayUnavailable, connect
from services.newsletter.smtp.replies import NotSmtp, Reply

log = logging.getLogger(__name__)

TICK_S = 1.0
_CHUNK = 64 * 1024  # more than a TLS record, so that nothing read is left where the selector doesn't see it
_TURNS = 16  # on one line before the others and the tick have theirs
_WOULD_BLOCK = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """One connection: its socket, its dialogue, and what is still to be written."""

    def __init__(self, client: smtplib.SMTP, book: Book, *, sender: str, relay: Relay) -> None:
        if client.sock is None:
            raise RelayUnavailable("The mail relay closed the connection.")
        self.socket: socket.socket = client.sock
        self.socket.setblocking(False)
        self._client = client  # keeps the socket open
        self._relay = relay
        self._book = book
        self._unsent = memoryview(b"")
        self._bytes_sent = 0
        self._heard_at = time.monotonic()
        self.dialogue = Dialogue(
            book, sender=sender, is_pipelining=client.has_extn("pipelining"), is_8bit=client.has_extn("8bitmime")
        )

    def start(self) -> None:
        self._say(self.dialogue.start())

    def serve(self) -> None:
        """Read what is there, answer, and write what fits; call when the socket is ready."""
        try:
            self._write()
            for _ in range(_TURNS):
                if self.dialogue.is_over or (data := self._read()) is None:
                    return
                self._heard_at = time.monotonic()
                self._say(self.dialogue.receive(data)) if data else self.lose()
        except (OSError, NotSmtp):
            self.lose()

    def lose(self) -> None:
        """Give the connection up; what is open is settled by what left this process."""
        self.dialogue.lose(bytes_sent=self._bytes_sent)

    @property
    def wants_to_write(self) -> bool:
        return bool(self._unsent)

    @property
    def is_overdue(self) -> bool:
        patience = self._relay.final_timeout_s if self.dialogue.awaits_verdict else self._relay.timeout_s
        return time.monotonic() - self._heard_at > patience

    def close(self) -> None:
        self._client.close()

    def _say(self, data: bytes) -> None:
        if not data:
            return
        self._book.flush()  # the intent is on record before the body goes out
        self._unsent = memoryview(bytes(self._unsent) + data if self._unsent else data)
        self._write()

    def _write(self) -> None:
        while self._unsent:
            try:
                sent = self.socket.send(self._unsent)
            except _WOULD_BLOCK:
                return
            self._bytes_sent += sent
            self._unsent = self._unsent[sent:]

    def _read(self) -> bytes | None:
        """Return what has arrived, nothing when the other side closed, None when there is nothing yet."""
        try:
            return self.socket.recv(_CHUNK)
        except _WOULD_BLOCK:
            return None


class Courier:
    """Delivers from one book over kept connections to one relay."""

    def __init__(self, book: Book, *, relay: Relay, sender: str, open_line: Callable[[Relay], smtplib.SMTP] = connect):
        self._book = book
        self._relay = relay
        self._sender = sender
        self._open_line = open_line
        self._selector = selectors.DefaultSelector()
        self._lines: set[Line] = set()

    def deliver(self, *, lines: int) -> None:
        """Send until the book gives no more; raises RelayUnavailable when no connection brings a letter forward.

        Whatever ends it, also an exception of the book's ``tick``: every letter given out has been settled.
        """
        try:
            for number in range(lines):
                self._open(is_needed=number == 0)
            self._loop()
        finally:
            for line in list(self._lines):
                line.lose()
                self._remove(line)
            self._book.flush()
            self._selector.close()

    def _loop(self) -> None:
        next_tick = 0.0
        while self._lines:
            for key, _ in self._selector.select(timeout=TICK_S):
                self._serve(key.data)
            if time.monotonic() >= next_tick:
                self._book.tick()
                next_tick = time.monotonic() + TICK_S
                for line in [line for line in self._lines if line.is_overdue]:
                    line.lose()
                    self._replace(line)

    def _serve(self, line: Line) -> None:
        line.serve()
        if line.dialogue.is_over:
            self._replace(line)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
        if self._selector.get_key(line.socket).events != events:
            self._selector.modify(line.socket, events, line)

    def _open(self, *, is_needed: bool) -> None:
        try:
            line = Line(self._open_line(self._relay), self._book, sender=self._sender, relay=self._relay)
        except RelayUnavailable:
            if is_needed:
                raise
            return
        self._lines.add(line)
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        line.start()
        self._serve(line)

    def _replace(self, line: Line) -> None:
        """Put a new connection in the place of one that ended early."""
        self._remove(line)
        if line.dialogue.is_finished:
            return
        if line.dialogue.settled:
            self._open(is_needed=not self._lines)
        elif not self._lines:
            raise RelayUnavailable(_sentence(line.dialogue.complaint))

    def _remove(self, line: Line) -> None:
        self._lines.discard(line)
        self._selector.unregister(line.socket)
        line.close()
        complaint = line.dialogue.complaint
        log.info(
            "smtp_closed",
            extra={"relay": self._relay.host, "settled": line.dialogue.settled, "code": complaint and complaint.code},
        )


def _sentence(complaint: Reply | None) -> str:
    if complaint:
        answer = f"{complaint.code} {complaint.status}".strip()
        return f"The mail relay does not take our mail now ({answer})."
    return "The mail relay closed the connection."
