"""Do ledger, audience and import behave on PostgreSQL as they do on SQLite? The very same tests, once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WHERE_SQL_MATTERS = (
    "sending/test_ledger.py",
    "sending/test_sending.py",
    "sending/test_crashes.py",
    "sending/test_shards.py",
    "campaigns/test_audience.py",
    "campaigns/test_recalls.py",
    "lists/test_importing.py",
)


@pytest.mark.slow
def test_ledger_audience_and_import_pass_their_tests_on_postgresql_too(postgres_url: str, repository: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

    done = subprocess.run(
        [*command, *(f"tests/services/newsletter/{path}" for path in WHERE_SQL_MATTERS)],
        cwd=repository,
        env=os.environ | {"DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
