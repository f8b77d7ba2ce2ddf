"""Do the ledger and the events behave on PostgreSQL as they do on SQLite? The very same tests, once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_ledger_and_events_pass_their_tests_on_postgresql_too(postgres_url: str, repository: Path) -> None:
    environment = os.environ | {"DATABASE_URL": postgres_url}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

    done = subprocess.run(
        [*command, "tests/foundation/jobs", "tests/foundation/events", "--ignore", "tests/foundation/jobs/queue"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
