"""Are secrets made once, and read by their owner only?"""

import base64
import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from infra.local.secrets import SecretsUnreadable, make_secrets, secrets_of


def test_secrets_are_made_once(folder: Path) -> None:
    path = folder / "deep" / "secrets.json"

    first = secrets_of(path)

    assert secrets_of(path) == first
    assert len(set(asdict(first).values())) == len(asdict(first))


def test_only_their_owner_reads_them(folder: Path) -> None:
    path = folder / "secrets.json"

    secrets_of(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_of_a_later_version_is_added_and_the_others_stay(folder: Path) -> None:
    path = folder / "secrets.json"
    old = asdict(make_secrets())
    missing = old.pop("cms_webhook_secret")
    path.write_text(json.dumps(old))

    found = asdict(secrets_of(path))

    assert {name: found[name] for name in old} == old
    assert found["cms_webhook_secret"] not in {"", missing}
    assert secrets_of(path).cms_webhook_secret == found["cms_webhook_secret"]


def test_an_older_installation_goes_on_recognising_addresses(folder: Path) -> None:
    path = folder / "secrets.json"
    old = asdict(make_secrets())
    assert old.pop("address_hash_key") != "embedded-only"
    path.write_text(json.dumps(old))

    assert secrets_of(path).address_hash_key == "embedded-only"


def test_webhook_secrets_have_the_form_of_standard_webhooks() -> None:
    prefix, _, encoded = make_secrets().transcoder_webhook_secret.partition("_")

    assert prefix == "whsec"
    assert len(base64.b64decode(encoded)) == 32


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_damaged_secrets_are_never_replaced(folder: Path, content: str) -> None:
    path = folder / "secrets.json"
    path.write_text(content)

    with pytest.raises(SecretsUnreadable, match="put a backup in its place"):
        secrets_of(path)

    assert path.read_text() == content
