"""Is everything done, each effect once, while workers, database, broker and store are killed for minutes?"""

import os
import sys
from typing import Protocol

from tests.chaos.findings import Findings
from tests.chaos.story import Plan, play

PLAN = Plan(
    seed=int(os.environ.get("CHAOS_SEED", "1")),
    jobs=300,
    events=600,
    mails=20_000,
    seconds=150,
    kills={"worker": 20, "sleeper": 3, "sender": 20, "receiver": 10, "database": 8, "broker": 5, "store": 6},
    limit_s=900,
)
NOTES = {
    "jobs": "asked for, and their children; each leaves a row, a file and an event",
    "effects_doubled": "rows of jobs that are there twice",
    "files_broken": "files of the public store whose content is not what their name says",
    "events": "sent as signed webhooks to a receiver that is killed, too",
    "events_doubled": "heard twice by what they change",
    "mails_doubled": "received twice by the same subscriber, as the relay counts",
    "mails_claimed_wrongly": "accepted in the books, unknown to the relay",
    "mails_unknown": "received, and neither accepted nor in doubt in the books",
    "mails_in_doubt": "shown and held; each may or may not have arrived",
    "journals_left": "of runs that died with nothing in their hands; swept after a day",
    "reruns": "claims beyond the first of each job: killed, or asked for another try",
    "republished": "jobs told to the broker once more",
}


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


def run(report: Report) -> dict[str, float]:
    """Play the long plan; raises AssertionError when a promise was not kept."""
    findings = play(PLAN)
    numbers: dict[str, float] = {"chaos_seconds": round(findings.seconds), **_kills(findings)}
    for name, value in numbers.items():
        report.add(name, value, unit="s" if name == "chaos_seconds" else "", note=_note(name))
    for name, value in findings.figures.items():
        numbers[f"chaos_{name}"] = value
        report.add(f"chaos_{name}", value, note=NOTES.get(name, ""))
    sys.stdout.write("\n".join((f"seed {PLAN.seed}", *findings.diary)) + "\n")
    assert findings.broken == {}, f"Promises not kept: {findings.broken}"
    return numbers


def _kills(findings: Findings) -> dict[str, float]:
    return {f"chaos_killed_{kind}": times for kind, times in findings.kills.items()}


def _note(name: str) -> str:
    if name == "chaos_killed_sleeper":
        return "workers held beyond their lease, and let go on"
    if name.startswith("chaos_killed_"):
        return "kill -9, and started again after a moment"
    return f"all of it, seed {PLAN.seed}"
