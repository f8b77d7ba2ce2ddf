"""Which secrets does an instance have? Made once, kept in a file only its owner reads."""

import base64
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path


class SecretsUnreadable(Exception):
    """The file of secrets is damaged; the message says what to do."""


def _key() -> str:
    import secrets  # here and below: needed once in the life of an instance, and it brings all of OpenSSL along

    return secrets.token_urlsafe(48)


def _signing_secret() -> str:
    """Return a secret of Standard Webhooks: ``whsec_`` and 24 to 64 random bytes in base64."""
    import secrets

    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _password() -> str:
    """Return a password that is easy to type: four groups of four letters without look-alikes (80 bits)."""
    import secrets

    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True)
class Secrets:
    """Every secret of an instance; the password is that of the first member of staff."""

    cms_secret_key: str
    newsletter_secret_key: str
    transcoder_secret_key: str
    transcoder_key: str
    newsletter_key: str
    transcoder_webhook_secret: str
    newsletter_webhook_secret: str
    cms_webhook_secret: str
    partner_webhook_secret: str
    address_hash_key: str
    staff_password: str


_BEFORE = {"address_hash_key": "embedded-only"}
"""What an installation ran on whose file is older than the name: hashes that were made stay recognised."""


def make_secrets() -> Secrets:
    made: dict[str, str] = {}
    for field in fields(Secrets):
        maker = _password if field.name.endswith("_password") else _key
        made[field.name] = (_signing_secret if field.name.endswith("_webhook_secret") else maker)()
    return Secrets(**made)


def secrets_of(path: Path) -> Secrets:
    """Return the secrets at ``path``, made there at first; a secret added by a later version is made and kept."""
    kept = _read(path) if path.exists() else {}
    names = {field.name for field in fields(Secrets)}
    if names <= kept.keys():
        return Secrets(**{name: kept[name] for name in names})
    before = _BEFORE if kept else {}
    complete = asdict(make_secrets()) | before | {name: value for name, value in kept.items() if name in names}
    _write(path, complete)
    return Secrets(**complete)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
    except ValueError as error:
        raise SecretsUnreadable(
            f"{path} is damaged: put a backup in its place, or move the data folder away."
        ) from error
    if not isinstance(found, dict):
        raise SecretsUnreadable(f"{path} does not hold secrets: put a backup in its place.")
    return {str(name): str(value) for name, value in found.items()}


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file in one step, readable by its owner only from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
