"""What did chaos leave? Counted on both sides of every promise, and told in figures."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.world.seeding import KINDS

CHILDREN = 3  # of each job that spreads; and one that follows


@dataclass(frozen=True)
class Findings:
    """What the ledgers say, and what really happened outside of them."""

    plan_seed: int
    asked_jobs: int
    asked_events: int
    seconds: float
    kills: dict[str, int]
    diary: tuple[str, ...]
    republished: int
    world: dict[str, Any] = field(repr=False)
    heard: tuple[str, ...] = field(repr=False)
    campaign: dict[str, Any] = field(repr=False)
    taken: dict[str, int] = field(repr=False)
    journals_left: int = 0

    @property
    def figures(self) -> dict[str, int]:
        """Return what must be zero, and what is only told."""
        told = Counter(self.heard)
        effects = Counter(what for what, _ in self.world["effects"])
        states = self.campaign["states"]
        sent = {address for address, state in states.items() if state == "accepted"}
        shown = {address for address, state in states.items() if state in {"accepted", "in_doubt"}}
        return {
            "jobs": self.world["number_of_jobs"],
            "jobs_lost": len(self._expected() - set(self.world["jobs"])) + len(self._without_end()),
            "effects_lost": len(self._due() - set(effects)),
            "effects_doubled": sum(number - 1 for number in effects.values()),
            "effects_unasked": len(set(effects) - self._due() - self._told()),
            "files_lost": len(self._hashes() - {sha256 for _, sha256 in self.world["files"]}),
            "files_broken": sum(f"/{sha256}." not in key for key, sha256 in self.world["files"]),
            "events": len(self.world["events"]) + len(self.campaign["events"]),
            "events_lost": len(self._recorded() - set(told)) + len(self._told() - set(effects)),
            "events_doubled": sum(number - 1 for number in told.values()),
            "mails": len(states),
            "mails_doubled": sum(number - 1 for number in self.taken.values()),
            "mails_claimed_wrongly": len(sent - set(self.taken)),
            "mails_unknown": len(set(self.taken) - shown),
            "mails_in_doubt": self.campaign["counts"]["in_doubt"],
            "books_unbalanced": int(not self.campaign["is_balanced"]),
            "mails_open": self.campaign["counts"]["pending"],
            "journals_left": self.journals_left,  # of runs that died before their first claim; swept after a day
            "reruns": self.world["reruns"] + self.campaign["reruns"],
            "republished": self.republished,
        }

    @property
    def broken(self) -> dict[str, int]:
        """Return the promises that were not kept; nothing is what everybody hopes for."""
        return {name: number for name, number in self.figures.items() if name not in _TOLD and number}

    def _expected(self) -> set[str]:
        """Return the jobs that must be known to the ledger."""
        return {f"job-{number}" for number in range(self.asked_jobs)}

    def _without_end(self) -> set[str]:
        """Return the jobs that ended in no way anybody asked for: all succeed but those that were called off."""
        jobs = self.world["jobs"]
        return {what for what, state in jobs.items() if state != "succeeded" and not self._may_be_cancelled(what)}

    def _due(self) -> set[str]:
        """Return the effects there must be, exactly: of all jobs that succeeded, and of all children of those."""
        succeeded = {what for what, state in self.world["jobs"].items() if state == "succeeded"}
        spread = {f"job-{n}" for n in range(self.asked_jobs) if KINDS[n % len(KINDS)] == "spread"}
        parts = (*map(str, range(CHILDREN)), "then")
        return succeeded | {f"{what}.{part}" for what in spread for part in parts}

    def _may_be_cancelled(self, what: str) -> bool:
        number = what.removeprefix("job-")
        return number.isdigit() and int(number) % (2 * len(KINDS)) == len(KINDS) - 1

    def _told(self) -> set[str]:
        return {f"told-{number}" for number in range(self.asked_events)}

    def _hashes(self) -> set[str]:
        return {sha256 for _, sha256 in self.world["effects"] if sha256}

    def _recorded(self) -> set[str]:
        return set(self.world["events"]) | {f"campaign:{version}" for version in self.campaign["events"]}


_TOLD = {"jobs", "events", "mails", "mails_in_doubt", "journals_left", "reruns", "republished"}
