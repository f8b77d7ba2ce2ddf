"""What must a walk know of the installation it walks through? Where its doors are, and who is let in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LIST, LIST_NAME = "check", "Check"  # a list of its own: nobody who really reads is written to


@dataclass(frozen=True)
class Doors:
    """Addresses, without a slash at the end; ``hooks`` is how the installation reaches the partner's site.

    ``ca_file`` holds the certificate that vouches for the addresses, where no public authority does.
    """

    editing: str
    delivery: str
    newsletter: str
    mails: str
    site: str
    hooks: str
    ca_file: str = ""


class Installation(Protocol):
    """``partner_keys_file`` is where the partner's site looks for its key and webhook secret."""

    @property
    def doors(self) -> Doors: ...

    @property
    def staff_name(self) -> str: ...

    @property
    def staff_password(self) -> str: ...

    @property
    def partner_keys_file(self) -> Path: ...

    def make_list(self) -> None:
        """See that there is a list for the check, where that can be done from here."""

    def last_lines(self) -> str:
        """Return what may explain a failure."""
