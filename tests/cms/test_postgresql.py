"""Do releases, recalls and the API behave on PostgreSQL as they do on SQLite? The very same tests, once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAME_TESTS = (
    "tests/cms/releases/test_immutability.py",
    "tests/cms/releases/test_actions.py",
    "tests/cms/releases/test_races.py",
    "tests/cms/releases/test_page_races.py",
    "tests/cms/delivery/test_tools.py",
    "tests/cms/delivery/test_releases.py",
)


@pytest.mark.slow
def test_releases_and_delivery_pass_their_tests_on_postgresql_too(postgres_url: str, repository: Path) -> None:
    environment = os.environ | {"DATABASE_URL": postgres_url}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SAME_TESTS]

    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
