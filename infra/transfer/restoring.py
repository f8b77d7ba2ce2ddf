"""What does ``./hub restore`` do?"""

import json
import os
from pathlib import Path

from infra.local.launcher.tables import note_up_to_date
from infra.transfer import keys, recalls
from infra.transfer.archive import RECALLS, SECRETS
from infra.transfer.comparing import verify
from infra.transfer.files import copy_files
from infra.transfer.holding import hold, let_go, standing_still
from infra.transfer.installation import Installation, catalogues
from infra.transfer.reading import ArchiveSource
from infra.transfer.rest import Resting
from infra.transfer.tables import DEPLOYABLES
from infra.transfer.targets import Target, Tell, require_same_version, target_for

_HELD = "A restore into this folder has not ended: run it again."


def restore(
    archive: ArchiveSource, installation: Installation, *, log: recalls.Log | None, is_verifying: bool, tell: Tell
) -> None:
    """Bring an archive into an empty installation, or into one where that was begun; raises TransferError."""
    require_same_version(archive, catalogues())
    source = Resting(archive, "restored")
    if log:
        recalls.require_same_feed(log, archive)
    with standing_still(installation.place):
        with target_for(source, installation, tell) as target:
            hold(installation.place, _HELD)
            _take_secrets(archive, installation, tell)
            if not target.is_verified:
                _fill(target, installation, is_verifying=is_verifying, tell=tell)
            _complete(_later_changes(archive, log), installation, tell)
            target.forget()
        _note_tables(installation)
        let_go(installation.place)
    for sentence in keys.advice(archive.manifest["keys"], installation):
        tell(f"ATTENTION: {sentence}")
    _tell_what_to_look_at(archive, log, tell)


def verify_only(archive: ArchiveSource, installation: Installation, tell: Tell) -> None:
    """Compare an installation that was restored, and not started since, with its archive."""
    require_same_version(archive, catalogues())
    verify(Resting(archive, "restored"), installation, tell)


def log_beside(folder: Path, given: Path | None) -> recalls.Log | None:
    """Return the log a person named, else the one that lies beside the backups, if there is one."""
    path = given or folder.resolve().parent / RECALLS
    return recalls.read(path) if given or path.exists() else None


def _fill(target: Target, installation: Installation, *, is_verifying: bool, tell: Tell) -> None:
    target.load(tell)
    copy_files(target.source, installation, tell)
    if is_verifying:
        verify(target.source, installation, tell)
    target.note_verified()


def _take_secrets(archive: ArchiveSource, installation: Installation, tell: Tell) -> None:
    """Put the secrets in their place, unless the installation has some; elsewhere a person sets them."""
    content = archive.beside(SECRETS)
    place = installation.place
    if content is None or place is None or place.secrets_file.exists():
        return
    with os.fdopen(os.open(place.secrets_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    tell(f"The secrets are back in {place.secrets_file}.")


def _later_changes(archive: ArchiveSource, log: recalls.Log | None) -> list[recalls.Entry]:
    """Return what was released and recalled after the backup, as far as the archive itself and the log know."""
    position = recalls.position_of(archive)
    during = recalls.parsed(archive.beside(RECALLS) or b"", RECALLS).entries
    later = {entry["cursor"]: entry for entry in (*during, *(log.entries if log else ())) if entry["cursor"] > position}
    return [later[cursor] for cursor in sorted(later)]


def _complete(later: list[recalls.Entry], installation: Installation, tell: Tell) -> None:
    done = json.loads(installation.run("cms", "infra.transfer.completing", given=json.dumps(later)))
    if later:
        tell(f"Recalled again: {done['recalled']} recalls that happened after the backup.")
    for name in done["unknown"]:
        tell(f"ATTENTION: {name} was recalled after the backup, which has no release of it. Don't release it again.")


def _note_tables(installation: Installation) -> None:
    """Spare the first start what is done already."""
    place = installation.place
    for deployable in DEPLOYABLES if place else ():
        if place and not place.engines_file.exists():
            note_up_to_date(place.data, deployable)


def _tell_what_to_look_at(archive: ArchiveSource, log: recalls.Log | None, tell: Tell) -> None:
    known = f"change {log.cursor} of the feed, from the log" if log else f"{archive.made_at}, the time of the backup"
    tell(f"Recalls are known up to {known}. Whatever was recalled later must be recalled again before you start.")
    tell("Campaigns that were being sent are paused, what may have gone out since is in doubt: docs/guides/backup.md.")
