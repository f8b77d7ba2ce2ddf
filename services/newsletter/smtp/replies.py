"""What did the relay answer? Replies of RFC 5321 §4.2 cut out of a stream of bytes."""

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST_REPLY = 64 * 1024
_HEAD = 13  # bytes of a line that say all we want to know: "550 5.123.123"
_LINE = re.compile(rb"(\d{3})(?:([ -])(\d\.\d{1,3}\.\d{1,3})?|$)")


class NotSmtp(Exception):
    """These bytes are no reply of an SMTP server."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A code and, where given, the enhanced status (RFC 3463). The text is dropped: it may hold an address."""

    code: int
    status: str = ""

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


class ReplyReader:
    """Collects bytes and gives back whole replies, multi-line ones as one."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Reply]:
        """Return the replies that ``data`` completes; raises NotSmtp."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_REPLY:
            raise NotSmtp
        return [reply for line in lines if (reply := _reply(line[:_HEAD].rstrip(b"\r")))]


@lru_cache(512)
def _reply(head: bytes) -> Reply | None:
    """Return the reply that ends with the line that begins like this; None for a line of which more follow."""
    match = _LINE.match(head)
    if not match:
        raise NotSmtp
    code, separator, status = match.groups()
    if separator == b"-":
        return None
    return Reply(int(code), status.decode() if status else "")
