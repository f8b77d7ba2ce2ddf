"""How is a message written thousands of times? Once as bytes, with gaps for what differs per reader.

The gaps: To, Message-ID, Date and the reader's two tokens. Everything else, with all encoding and dot-stuffing, is done
once per variant, list and transfer encoding.
"""

import re
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode
from secrets import token_hex
from typing import NamedTuple

from services.newsletter.lists.tokens import LONGEST_TOKEN
from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK


class Filling(NamedTuple):
    """What is filled in per reader."""

    to: bytes
    message_id: bytes
    date: bytes
    unsubscribe: bytes
    preferences: bytes


class HeaderRefused(ValueError):
    """A value that would change the headers of a message."""


class AddressRefused(HeaderRefused):
    """An address that no command and no header can carry."""


LONGEST_LINE = 998  # RFC 5322 §2.1.1, without CRLF
_FOLD_AT = LONGEST_LINE - LONGEST_TOKEN - 100
_MARKS = {UNSUBSCRIBE_MARK: "unsubscribe", PREFERENCES_MARK: "preferences"}
_MARK = re.compile("|".join(map(re.escape, _MARKS)))
_SLOTS = {f"\x00{field}\x00".encode(): position for position, field in enumerate(Filling._fields)}
_SLOT = re.compile(b"|".join(map(re.escape, _SLOTS)))
_FILLING = re.compile(r"[!-~]([ -~]*[!-~])?")  # printable ASCII: no line end, nothing to encode
_ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")  # the same without space and brackets, and one @
_TOKEN = re.compile(rf"[A-Za-z0-9_.:-]{{1,{LONGEST_TOKEN}}}")


@dataclass(frozen=True)
class Draft:
    """What a message of one variant to one list says. ``list_id`` is the identifier of RFC 2919, without brackets."""

    sender: str
    subject: str
    html: str
    text: str
    locale: str
    list_name: str
    list_id: str
    archive_url: str
    subscribe_url: str
    unsubscribe_prefix: str  # the unsubscribe address up to the token


class MessageTemplate:
    """The bytes of one draft; ``fill`` writes the message for one reader."""

    def __init__(self, draft: Draft, *, is_8bit: bool) -> None:
        message = _skeleton(draft, is_8bit=is_8bit)
        stuffed = re.sub(rb"(?m)^\.", b"..", message)  # RFC 5321 §4.5.2; no gap's filling begins with a dot
        self._pieces = re.split(b"(%s)" % _SLOT.pattern, stuffed)
        self._gaps = [(place, _SLOTS[piece]) for place, piece in enumerate(self._pieces) if piece in _SLOTS]

    def fill(self, filling: Filling) -> bytes:
        """Return the message, dot-stuffed and ending with CRLF. The values must have passed the checks below."""
        pieces = self._pieces.copy()
        for place, position in self._gaps:
            pieces[place] = filling[position]
        return b"".join(pieces)


def checked(value: str) -> str:
    """Return ``value`` if it can stand in a header as it is; else (line ends, controls, non-ASCII) HeaderRefused."""
    return _matching(_FILLING, value)


def checked_address(address: str) -> str:
    """Return ``address`` if it can stand between angle brackets, in header and command; raises AddressRefused."""
    if not _ADDRESS.fullmatch(address):
        raise AddressRefused("This address can't stand in a mail.")
    return address


def checked_token(token: str) -> str:
    """Return ``token`` if it stands unchanged in an address, also quoted-printable; raises HeaderRefused."""
    return _matching(_TOKEN, token)


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise HeaderRefused("This can't stand in a mail header.")
    return value


def _skeleton(draft: Draft, *, is_8bit: bool) -> bytes:
    boundary = f"=_{token_hex(16)}"  # quoted-printable never writes "=_" (RFC 2045 §6.7)
    opening = f"--{boundary}\r\n".encode()
    parts = (_part("plain", draft.text, is_8bit=is_8bit), _part("html", draft.html, is_8bit=is_8bit))
    body = b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode()
    return _headers(draft, boundary) + b"\r\n" + body


def _headers(draft: Draft, boundary: str) -> bytes:
    encoded = EmailMessage(policy=SMTP)
    encoded["From"] = draft.sender
    encoded["Subject"] = draft.subject
    lines = [
        f"To: <{_slot('to')}>",
        f"Date: {_slot('date')}",
        f"Message-ID: <{_slot('message_id')}>",
        f"Content-Language: {checked(draft.locale)}",
        f"List-Id: {_phrase(draft.list_name)}\r\n <{checked(draft.list_id)}>",  # RFC 2919
        f"List-Unsubscribe: <{checked(draft.unsubscribe_prefix)}{_slot('unsubscribe')}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",  # RFC 8058 §3.1
        f"List-Subscribe: <{checked(draft.subscribe_url)}>",
        f"Archived-At: <{checked(draft.archive_url)}>",  # RFC 5064
        "Precedence: bulk",  # no standard, and what keeps out-of-office answers away (RFC 3834 §2)
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
    ]
    ours = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    return encoded.as_bytes().rstrip(b"\r\n") + b"\r\n" + ours


def _phrase(text: str) -> str:
    """Return ``text`` as a phrase of RFC 5322 §3.2.5, encoded where it isn't ASCII."""
    if not text.isprintable():
        raise HeaderRefused("A list's name is one line of printable text.")
    if text.isascii():
        return '"{}"'.format(re.sub(r'(["\\])', r"\\\1", text))
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _part(subtype: str, text: str, *, is_8bit: bool) -> bytes:
    """Return one part of the alternative, headers included, ending with the CRLF that belongs to the next boundary."""
    unified = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    folded = _folded(unified) if is_8bit else None
    encoding = "quoted-printable" if folded is None else "8bit"
    content = _quoted_printable(unified) if folded is None else _with_slots(folded).replace("\n", "\r\n").encode()
    header = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return header.encode() + content + b"\r\n"


def _folded(text: str) -> str | None:
    """Return ``text`` with no line too long for the wire, broken at spaces only, where HTML and readers don't mind.

    None when a line has no space to break at.
    """
    lines = []
    for line in text.split("\n"):
        while len(line.encode()) > _FOLD_AT:
            at = line.rfind(" ", 1, _FOLD_AT // 4)  # characters; each has at most four bytes
            if at < 0:
                return None
            lines.append(line[:at])
            line = line[at + 1 :]
        lines.append(line)
    return "\n".join(lines)


def _quoted_printable(text: str) -> bytes:
    """Encode each stretch by itself and let each gap have a line of its own, so that filling it moves nothing."""
    stretches = [_encoded(stretch) for stretch in _MARK.split(text)]
    slots = [_slot(_MARKS[mark]) for mark in _MARK.findall(text)]
    joined = stretches[0] + "".join(f"=\r\n{slot}=\r\n{rest}" for slot, rest in zip(slots, stretches[1:], strict=True))
    return joined.encode("ascii")


def _encoded(stretch: str) -> str:
    """Return quoted-printable lines of at most 75 characters, so that the last has room for its soft break."""
    return body_encode(stretch.encode().decode("latin-1"), maxlinelen=75, eol="\r\n")


def _with_slots(text: str) -> str:
    return _MARK.sub(lambda match: _slot(_MARKS[match[0]]), text)


def _slot(field: str) -> str:
    return f"\x00{field}\x00"
