"""What does a mail say? Its parts, its headers and its attachments, from the bytes that were sent."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser

WORTH_SHOWING = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Content-Language")


@dataclass(frozen=True)
class Mail:
    """``headers`` in the order sent; ``text`` and ``html`` empty where the mail has no such part."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[str, ...]

    @property
    def highlights(self) -> tuple[tuple[str, str], ...]:
        """Return the headers by which a list behaves well towards its readers."""
        return tuple((name, value) for name, value in self.headers if name.title() in WORTH_SHOWING)


def subject_of(source: bytes) -> str:
    """Return the decoded subject without reading the body."""
    return str(BytesHeaderParser(policy=policy.default).parsebytes(source).get("Subject", ""))


def read(source: bytes) -> Mail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(source)
    return Mail(
        subject=str(message.get("Subject", "")),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(part.get_filename() or part.get_content_type() for part in message.iter_attachments()),
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown charset or broken encoding: show what can be shown
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
