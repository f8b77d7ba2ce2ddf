"""What can be put in order without thinking? ``./hub fix``"""

from collections.abc import Sequence

from infra.quality import locks, messages
from infra.quality.running import Check, Complaints, run_all, tool


def main(argv: Sequence[str]) -> int:
    """Mend style, messages and locks; return 1 if something needs a person."""
    outcomes = run_all(
        [
            Check("style", lambda: tool("ruff", "check", "--fix", "--quiet")),
            Check("format", lambda: tool("ruff", "format", "--quiet")),
            Check("messages", _messages),
            Check("locks", _locks),
        ],
        at_once=1,
    )
    return 1 if any(outcome.complaints for outcome in outcomes) else 0


def _messages() -> Complaints:
    messages.update_all()
    messages.compile_all()
    return []


def _locks() -> Complaints:
    locks.renew()
    return []
