"""What is handed to a relay, what becomes of it, and who keeps the books?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Fate(StrEnum):
    """What we know of one letter."""

    ACCEPTED = "accepted"  # the relay answered 250 to its body: it is the relay's now
    REJECTED = "rejected"  # the relay will never take it
    LATER = "later"  # the relay asks to try this one again later
    IN_DOUBT = "in_doubt"  # its body went out and no answer came: it may or may not have arrived
    UNSENT = "unsent"  # its body did not go out, for no reason of its own


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fate with the relay's reply code and enhanced status, if there were any."""

    fate: Fate
    code: int = 0
    status: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one recipient, dot-stuffed and ending with CRLF, ready for the wire."""

    key: int
    recipient: str
    message: bytes


class Book(Protocol):
    """Who gives the letters out and notes what becomes of them.

    ``intend`` and ``settle`` may buffer; ``flush`` is called before a byte goes out that depends on what they noted.
    """

    def next_letter(self, *, is_8bit: bool) -> Letter | None:
        """Return one letter to send now; None ends the connection that asks."""

    def is_wanted(self, letter: Letter) -> bool:
        """Tell, at the last moment, whether the letter should still go out."""

    def intend(self, letter: Letter) -> None:
        """Note that the body of the letter goes out next."""

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        """Note what became of a letter that was given out."""

    def flush(self) -> None:
        """Make what was noted survive the end of this process."""

    def tick(self) -> None:
        """Do what is due; called about once a second. An exception ends the delivery in good order."""
