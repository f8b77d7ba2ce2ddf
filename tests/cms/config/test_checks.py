"""Does production refuse to start with what is meant for one machine?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgresql://cms@127.0.0.1/cms",
    "EDITING_URL": "https://editing.example",
    "DELIVERY_URL": "https://tools.example",
    "ALLOWED_HOSTS": "editing.example",
    "TRANSCODER_KEY": "key",
    "NEWSLETTER_KEY": "key",
    "CMS_WEBHOOK_SECRET": "whsec_eA==",
    "TRANSCODER_WEBHOOK_SECRET": "whsec_eA==",
    "NEWSLETTER_WEBHOOK_SECRET": "whsec_eA==",
}


def check(tmp_path: Path, repository: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the system checks in a fresh process with these variables."""
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PYTHONPATH": str(repository)}
    command = [sys.executable, "-m", "cms.manage", "check"]
    return subprocess.run(command, cwd=repository, env=clean | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("role", ["editing", "delivery"])
@pytest.mark.parametrize("environment", [{}, SAFE], ids=["embedded", "production"])
def test_a_safe_configuration_passes(tmp_path: Path, repository: Path, role: str, environment: dict[str, str]) -> None:
    done = check(tmp_path, repository, CMS_ROLE=role, **environment)

    assert done.returncode == 0, done.stderr


def test_production_names_everything_that_is_unsafe(tmp_path: Path, repository: Path) -> None:
    done = check(tmp_path, repository, ENVIRONMENT="production", ALLOWED_HOSTS="*")

    assert done.returncode == 1
    for number in range(3, 8):
        assert f"config.E00{number}" in done.stderr
    assert "Set SECRET_KEY to at least 50 random characters." in done.stderr


@pytest.mark.parametrize(("name", "code"), [("CMS_ROLE", "config.E001"), ("ENVIRONMENT", "config.E002")])
def test_a_value_that_isnt_one_is_named(tmp_path: Path, repository: Path, name: str, code: str) -> None:
    done = check(tmp_path, repository, **{name: "somewhere"})

    assert done.returncode == 1
    assert f"({code})" in done.stderr
