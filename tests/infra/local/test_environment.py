"""Does each process get what it needs, and no secret that is not its own?"""

from dataclasses import asdict
from pathlib import Path

import pytest

from infra.local.launcher.processes import processes
from infra.local.places import Place, Ports
from infra.local.secrets import make_secrets

SECRETS = make_secrets()


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    monkeypatch.setenv("DATABASE_URL", "postgres://of-another-project")
    monkeypatch.setenv("LANG", "fr_BE.UTF-8")
    place = Place(data=tmp_path, ports=Ports(9000))
    return {process.name: process.environment for process in processes(place, SECRETS)}


def test_the_persons_own_environment_does_not_leak_in(environments: dict[str, dict[str, str]]) -> None:
    assert all("DATABASE_URL" not in environment for environment in environments.values())
    assert environments["editing"]["LANG"] == "fr_BE.UTF-8"


def test_both_sides_of_a_conversation_share_its_secrets(environments: dict[str, dict[str, str]]) -> None:
    cms, newsletter, transcoder = (environments[name] for name in ("cms-work", "newsletter-work", "transcoder-work"))

    assert cms["NEWSLETTER_KEY"] == newsletter["NEWSLETTER_KEY"]
    assert cms["CMS_WEBHOOK_SECRET"] == newsletter["CMS_WEBHOOK_SECRET"]
    assert cms["TRANSCODER_WEBHOOK_SECRET"] == transcoder["TRANSCODER_WEBHOOK_SECRET"]
    assert len({cms["SECRET_KEY"], newsletter["SECRET_KEY"], transcoder["SECRET_KEY"]}) == 3


def test_a_service_has_no_secret_of_the_other(environments: dict[str, dict[str, str]]) -> None:
    assert not {name for name in environments["transcoder"] if name.startswith("NEWSLETTER_") and "URL" not in name}
    assert not {name for name in environments["newsletter"] if name.startswith("TRANSCODER_") and "URL" not in name}


@pytest.mark.parametrize("site", ["mails", "partner-site"])
def test_the_small_sites_have_no_secret_at_all(environments: dict[str, dict[str, str]], site: str) -> None:
    assert not set(asdict(SECRETS).values()) & set(environments[site].values())


def test_delivery_is_the_cms_in_another_role(environments: dict[str, dict[str, str]]) -> None:
    changed = {
        name for name in environments["editing"] if environments["editing"][name] != environments["delivery"][name]
    }

    assert changed == {"CMS_ROLE"}


def test_every_port_follows_from_the_first(environments: dict[str, dict[str, str]]) -> None:
    addresses = {name: value for name, value in environments["editing"].items() if value.startswith("http")}

    assert addresses == {
        "EDITING_URL": "http://127.0.0.1:9000",
        "DELIVERY_URL": "http://127.0.0.1:9001",
        "NEWSLETTER_URL": "http://127.0.0.1:9002",
        "TRANSCODER_URL": "http://127.0.0.1:9003",
    }
    assert environments["newsletter"]["SMTP_URL"] == "smtp://127.0.0.1:9026"
