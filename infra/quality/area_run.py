"""How does one area of tests run, and what came of it?"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.quality.areas import ROOT, Area

# A setting of the person's own environment must not change what the tests see.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "CI", "SCREENSHOTS", "LD_LIBRARY_PATH")
NO_TESTS = 5
LIMIT_S = 15 * 60  # an area that takes longer hangs


@dataclass
class Results:
    """What is known of an area so far; ``output`` is all that pytest printed, there once it ended."""

    area: Area
    tests: int = 0
    passed: int = 0
    failed: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    output: str = ""

    @property
    def done(self) -> int:
        return self.passed + self.failed + len(self.skipped)

    def note(self, event: dict[str, Any]) -> None:
        """Take in one line of the plugin ``pytest_events``."""
        if event["event"] == "collected":
            self.tests = event["tests"]
        elif event["outcome"] == "skipped":
            self.skipped[event["name"]] = event["reason"]
        elif event["outcome"] == "failed":
            self.failed += 1
        else:
            self.passed += 1


def run_area(
    results: Results, arguments: Sequence[str], changed: Callable[[], None], *, engines: Mapping[str, str]
) -> None:
    """Run the tests of an area in a process of their own, noting each result as it comes.

    ``engines`` names other engines than the embedded ones, by the settings of the deployables.
    """
    started = time.monotonic()
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "infra.quality.pytest_events", "--durations=5", *arguments],
            cwd=ROOT,
            env={**_environment(), **engines, "RESULTS_FD": str(writing)},
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        os.close(writing)
        patience = threading.Timer(LIMIT_S, process.kill)
        patience.start()
        with os.fdopen(reading) as events:
            for line in events:
                results.note(json.loads(line))
                changed()
        code = process.wait()
        patience.cancel()
        printed.seek(0)
        results.output = printed.read().decode(errors="replace")
    results.seconds = time.monotonic() - started
    _judge(results, code)


def _judge(results: Results, code: int) -> None:
    """Count an area that broke without a failing test, or was cut short, as one failure."""
    if code not in {0, NO_TESTS} and not results.failed:
        results.failed = 1


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}
