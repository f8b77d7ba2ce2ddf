"""A book for tests of the sender: so many letters, and a record of what was noted about each."""

from dataclasses import dataclass, field

from services.newsletter.smtp.letters import Fate, Letter, Outcome


@dataclass
class ListBook:
    """Gives out ``number`` letters; ``events`` keeps the order of everything that was noted."""

    number: int
    size: int = 200
    unwanted: set[int] = field(default_factory=set)
    events: list[tuple[str, int]] = field(default_factory=list)
    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    given: int = 0
    ticks: int = 0

    def next_letter(self, *, is_8bit: bool) -> Letter | None:
        if self.given == self.number:
            return None
        self.given += 1
        return letter(self.given, size=self.size)

    def is_wanted(self, letter: Letter) -> bool:
        return letter.key not in self.unwanted

    def intend(self, letter: Letter) -> None:
        self.events.append(("intend", letter.key))

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        self.events.append((outcome.fate.value, letter.key))
        self.outcomes.setdefault(letter.key, []).append(outcome)

    def flush(self) -> None:
        self.events.append(("flush", 0))

    def tick(self) -> None:
        self.ticks += 1

    def fates(self) -> dict[int, Fate]:
        """Return the fate of every letter; fails if one was settled twice."""
        assert all(len(outcomes) == 1 for outcomes in self.outcomes.values())
        return {key: outcomes[0].fate for key, outcomes in self.outcomes.items()}


def letter(key: int, *, size: int = 200) -> Letter:
    body = b"Subject: letter\r\n\r\n" + b"x" * 70 + b"\r\n"
    return Letter(key, f"r{key}@example.org", body + (b"y" * 70 + b"\r\n") * (size // 72))
