"""How are mails taken? An SMTP server that accepts everything and delivers nothing."""

from datetime import UTC, datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.mails.reading import subject_of
from infra.local.mails.store import MailStore
from infra.local.places import LOOPBACK

LARGEST_MAIL = 20_000_000


class Receiver:
    """What aiosmtpd calls when a mail is complete; the answer is sent after the mail is on disk."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        source = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self._store.add(
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            subject=subject_of(source),
            source=source,
            at=datetime.now(UTC),
        )
        return "250 Caught; it will not be delivered"


def receiving(store: MailStore, port: int, *, host: str = LOOPBACK) -> Controller:
    """Return a server that listens from ``start()`` to ``stop()`` in a thread of its own."""
    return Controller(
        Receiver(store),
        hostname=host,
        port=port,
        ready_timeout=10,
        data_size_limit=LARGEST_MAIL,
        enable_SMTPUTF8=True,
        ident="Make-IT-Safe catcher of mails",
    )
