"""How does ``./hub test`` know how far an area is? A pytest plugin that writes each result as a line of JSON to a pipe.

The number of the pipe's end is in RESULTS_FD; without it the plugin is silent.
"""

import json
import os
from typing import Any

import pytest


class Events:
    """Writes the number of tests, then one line for each test or folder that ended."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "w", buffering=1)
        self._worst: dict[str, tuple[str, str]] = {}

    def _write(self, **fields: Any) -> None:
        self._file.write(json.dumps(fields) + "\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._write(event="collected", tests=len(session.items))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write(event="test", name=report.nodeid, outcome="failed", reason="could not be read")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell the outcome once a test, when its fixtures are gone too: a failure anywhere outdoes all else."""
        known, _ = self._worst.get(report.nodeid, ("passed", ""))
        if report.failed or known == "passed":
            self._worst[report.nodeid] = (report.outcome, _reason(report))
        if report.when == "teardown":
            outcome, reason = self._worst.pop(report.nodeid)
            self._write(event="test", name=report.nodeid, outcome=outcome, reason=reason)


def pytest_configure(config: pytest.Config) -> None:
    """Start telling, in the process that sees all results."""
    descriptor = os.environ.pop("RESULTS_FD", "")
    if descriptor:
        config.pluginmanager.register(Events(int(descriptor)), "events")


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return ""
