"""What does ``./hub move`` do?"""

import json
import os
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from infra.local.places import Place
from infra.local.secrets import secrets_of
from infra.transfer.backing_up import now
from infra.transfer.comparing import verify
from infra.transfer.databases import without_password
from infra.transfer.errors import TransferError
from infra.transfer.files import copy_files
from infra.transfer.holding import hold, standing_still
from infra.transfer.installation import Installation, catalogues, in_folder
from infra.transfer.rest import Resting
from infra.transfer.sources import LiveSource
from infra.transfer.tables import DEPLOYABLES
from infra.transfer.targets import Target, Tell, target_for

RECORD = "move.json"
_SECRETS = {
    "cms": {
        "SECRET_KEY": "cms_secret_key",
        "TRANSCODER_KEY": "transcoder_key",
        "NEWSLETTER_KEY": "newsletter_key",
        "TRANSCODER_WEBHOOK_SECRET": "transcoder_webhook_secret",
        "NEWSLETTER_WEBHOOK_SECRET": "newsletter_webhook_secret",
        "CMS_WEBHOOK_SECRET": "cms_webhook_secret",
    },
    "newsletter": {
        "SECRET_KEY": "newsletter_secret_key",
        "NEWSLETTER_KEY": "newsletter_key",
        "NEWSLETTER_WEBHOOK_SECRET": "newsletter_webhook_secret",
        "CMS_WEBHOOK_SECRET": "cms_webhook_secret",
        "ADDRESS_HASH_KEY": "address_hash_key",
    },
    "transcoder": {
        "SECRET_KEY": "transcoder_secret_key",
        "TRANSCODER_KEY": "transcoder_key",
        "TRANSCODER_WEBHOOK_SECRET": "transcoder_webhook_secret",
    },
}


def move(place: Place, target: Installation, tell: Tell) -> None:
    """Take the installation in ``place`` to other engines; killed, it goes on where it stopped. TransferError."""
    if not (place.data.is_dir() and (place.data / "launcher.lock").exists()):
        raise TransferError(f"There is no installation in {place.data}: name its folder with --data.")
    with standing_still(place):
        secrets_of(place.secrets_file)  # those of an older version are completed: they will be named
        made_at = _begun_at(place.data / RECORD, target) or now()
        id = str(uuid5(NAMESPACE_URL, f"{place.data} to {target}"))
        with LiveSource(in_folder(place), catalogues(), id=id, made_at=made_at) as live:
            source = Resting(live, "moved")
            with target_for(source, target, tell) as filled:
                _remember(place.data / RECORD, target, made_at)
                hold(place, _held(target, has_ended=False))
                if not filled.is_verified:
                    _fill(filled, target, tell)
                hold(place, _held(target, has_ended=True))
                filled.forget()
        (place.data / RECORD).unlink(missing_ok=True)
    tell(values_to_set(place, target))


def values_to_set(place: Place, target: Installation) -> str:
    """Return what a person sets for each deployable; secrets are named by where they are kept."""
    lines = ["", "Moved and compared. Set these values:", ""]
    for deployable in DEPLOYABLES:
        lines += [f"{deployable}:", f"  DATABASE_URL={without_password(target.databases[deployable])}"]
        lines += [f"  STORAGE_URL={without_password(target.storage)}"]
        lines += [f"  {name}=  {key} in {place.secrets_file}" for name, key in _SECRETS[deployable].items()]
    lines += ["", "Passwords are left out above. The keys must stay the same: docs/guides/backup.md says why."]
    lines += [f"What is in {place.data} is unchanged and will not start again; remove it when all is well."]
    return "\n".join(lines)


def _fill(filled: Target, target: Installation, tell: Tell) -> None:
    filled.load(tell)
    copy_files(filled.source, target, tell)
    verify(filled.source, target, tell)
    target.manage("cms", "update_index", "--verbosity", "0")
    filled.note_verified()


def _begun_at(path: Path, target: Installation) -> str:
    """Return when the move from here began, if one did; TransferError if it goes elsewhere."""
    if not path.exists():
        return ""
    begun: dict[str, str] = json.loads(path.read_text())
    if begun["to"] != str(target):
        raise TransferError(f"A move to {begun['to']} has begun: end it, or remove {path} and what came there.")
    return begun["made_at"]


def _remember(path: Path, target: Installation, made_at: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"to": str(target), "made_at": made_at}))
    os.replace(part, path)


def _held(target: Installation, *, has_ended: bool) -> str:
    if has_ended:
        return f"This installation was moved to {target}: two of it would send everything twice."
    return f"This installation is being moved to {target}: run ./hub move again to end that."
