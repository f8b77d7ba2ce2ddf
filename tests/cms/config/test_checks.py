"""Does production refuse to start with what is meant for one machine?"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cms.config.checks import production_is_safe, role_is_known

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


@pytest.mark.parametrize("role", ["editing", "delivery"])
def test_each_role_starts_in_a_safe_production(tmp_path: Path, repository: Path, role: str) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "CMS_ROLE": role, **SAFE}

    done = subprocess.run(
        [sys.executable, "-m", "cms.manage", "check"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def found(settings: Any, **values: Any) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    return sorted({str(message.id) for message in (*role_is_known(None), *production_is_safe(None))})


def test_the_embedded_default_is_no_reason_to_refuse(settings: Any) -> None:
    assert found(settings, ENVIRONMENT="embedded") == []


def test_production_names_everything_that_is_unsafe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    unsafe = found(
        settings,
        ENVIRONMENT="production",
        SECRET_KEY=settings.INSECURE_SECRET_KEY,
        EDITING_URL="http://editing.example",
        ALLOWED_HOSTS=["*"],
        CMS_WEBHOOK_SECRET="",
        STORAGE_BROWSER_URL="http://store.example",
    )

    assert unsafe == [f"config.E00{number}" for number in (3, 4, 5, 6, 7, 8)]


@pytest.mark.parametrize(("name", "code"), [("CMS_ROLE", "config.E001"), ("ENVIRONMENT", "config.E002")])
def test_a_value_that_isnt_one_is_named(settings: Any, name: str, code: str) -> None:
    assert found(settings, **{name: "somewhere"}) == [code]
