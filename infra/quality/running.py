"""How does a check run, and what does it say? One line each, details only where something is wrong."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from infra.quality.areas import ROOT

Complaints = Sequence[str]
SHOWN = 60


@dataclass(frozen=True)
class Check:
    """``run`` returns what is wrong, one line each; nothing means all is well."""

    name: str
    run: Callable[[], Complaints]


@dataclass(frozen=True)
class Outcome:
    name: str
    complaints: Complaints
    seconds: float


def tool(*arguments: str, environment: dict[str, str] | None = None) -> list[str]:
    """Run a module of this Python in the root; return its output if it failed, else nothing."""
    return python("-m", *arguments, environment=environment)


def python(*arguments: str, environment: dict[str, str] | None = None) -> list[str]:
    """Run this Python in the root; return its output if it failed, else nothing."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return []
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines or [f"{' '.join(arguments)} ended with code {done.returncode}."]


def run_all(checks: Iterable[Check], *, at_once: int = 2) -> list[Outcome]:
    """Run the checks side by side in the order given and print each as it ends."""
    outcomes = []
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for done in as_completed([pool.submit(_run, check) for check in checks]):
            outcomes.append(done.result())
            print(report(outcomes[-1]), flush=True)
    return outcomes


def report(outcome: Outcome) -> str:
    """Return the line of one check, with its complaints below it."""
    mark = paint("✗", "31") if outcome.complaints else paint("✓", "32")
    line = f"{mark} {outcome.name:<34}{outcome.seconds:6.1f} s"
    shown = list(outcome.complaints[:SHOWN])
    if len(outcome.complaints) > SHOWN:
        shown.append(f"… and {len(outcome.complaints) - SHOWN} more lines: ./hub check {outcome.name}")
    return "\n    ".join([line, *shown])


def paint(text: str, colour: str) -> str:
    """Colour ``text`` where a person looks at it."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\033[{colour}m{text}\033[0m"


def _run(check: Check) -> Outcome:
    started = time.monotonic()
    try:
        complaints = check.run()
    except Exception as error:  # noqa: BLE001 - a check that breaks is a failed check, the others still run
        complaints = [f"The check itself broke: {type(error).__name__}: {error}"]
    return Outcome(check.name, complaints, time.monotonic() - started)
