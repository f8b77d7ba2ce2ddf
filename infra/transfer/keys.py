"""Which keys does an installation run on? Told apart by check values, from which no key can be found."""

import hashlib
import hmac

from infra.local.secrets import Secrets, secrets_of
from infra.transfer.installation import Installation

WHAT_BREAKS = {
    "cms_secret_key": "the webhook secrets of partners are others, and everybody signs in again",
    "newsletter_secret_key": "links in mails that were sent, also those to unsubscribe, don't work any more",
    "address_hash_key": "suppressed addresses are not recognised and would be mailed",
}
_PURPOSE = b"make-it-safe backup: which key was it?"


def check_values(installation: Installation) -> dict[str, str]:
    """Return a check value for each key that data depends on; none where the keys are not known here."""
    place = installation.place
    if place is None or not place.secrets_file.exists():
        return {}
    return of_secrets(secrets_of(place.secrets_file))


def of_secrets(secrets: Secrets) -> dict[str, str]:
    return {name: _check_value(str(getattr(secrets, name))) for name in WHAT_BREAKS}


def advice(written: dict[str, str], installation: Installation) -> list[str]:
    """Return what a person must know about the keys of a restored installation."""
    place = installation.place
    if written and place and not place.secrets_file.exists():
        return [
            f"The backup holds no secrets. Put secrets.json of the old installation into {place.data} before you start "
            f"it: with new keys {'; '.join(WHAT_BREAKS.values())}."
        ]
    return warnings(written, check_values(installation))


def warnings(written: dict[str, str], here: dict[str, str]) -> list[str]:
    """Return a sentence for each key that is another one here than where the backup was taken."""
    differing = [name for name in WHAT_BREAKS if name in written and name in here and written[name] != here[name]]
    return [f"{name} is another one than in the backup: {WHAT_BREAKS[name]}." for name in differing]


def _check_value(key: str) -> str:
    return hmac.digest(key.encode(), _PURPOSE, hashlib.sha256).hex()[:16]
