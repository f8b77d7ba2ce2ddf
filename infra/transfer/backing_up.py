"""What does ``./hub backup`` do?"""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from infra.transfer import recalls
from infra.transfer.archive import RECALLS, SECRETS, STORES, Archive, new_archive, store_in
from infra.transfer.errors import CannotWrite
from infra.transfer.files import megabytes
from infra.transfer.installation import Installation, catalogues
from infra.transfer.keys import check_values
from infra.transfer.reading import ArchiveSource
from infra.transfer.sources import LiveSource
from infra.transfer.tables import DEPLOYABLES
from infra.transfer.targets import Tell

STAMP = "last-backup.json"


def back_up(installation: Installation, folder: Path, *, data: Path, with_secrets: bool, tell: Tell) -> None:
    """Write a backup into ``folder``, a log of recalls beside it, and a stamp into ``data``; raises TransferError."""
    started = time.monotonic()
    known = catalogues()
    with (
        new_archive(folder) as archive,
        LiveSource(installation, known, id=str(uuid4()), made_at=now()) as source,
    ):
        archive.manifest |= {"id": source.id, "made_at": source.made_at, "source": str(installation)}
        archive.manifest["keys"] = check_values(installation)
        for deployable in DEPLOYABLES:
            tell(f"{deployable}: {archive.add_database(source, deployable):,} rows.")
        for store in STORES:
            count = archive.add_files(source, store)
            tell(f"{store} files: {count:,}, {megabytes(archive.manifest['stores'][store]['size_bytes'])}.")
        _add_later_recalls(archive, installation, source)
        _tell_of_missing(archive, source, tell)
        if with_secrets:
            _add_secrets(archive, installation, tell)
    _keep_log(folder.parent / RECALLS, folder, tell)
    _stamp(data, folder, source.made_at)
    tell(f"Backup written to {folder} in {time.monotonic() - started:.0f} s.")


def log_recalls(installation: Installation, path: Path, tell: Tell) -> None:
    """Bring the log at ``path`` up to date."""
    with LiveSource(installation, catalogues(), id="", made_at=now()) as source:
        added = recalls.append(path, source)
    tell(f"{path}: {added} new lines.")


def check(folder: Path, tell: Tell) -> None:
    """Read an archive to its last byte; ArchiveDamaged names the file."""
    ArchiveSource(folder).check(tell)
    tell(f"{folder} is as it was written.")


def now() -> str:
    """Return this moment in the form of infra.transfer.values."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _add_later_recalls(archive: Archive, installation: Installation, source: LiveSource) -> None:
    """Add what was recalled while files were copied: the rows are older than that, and its files may be gone."""
    with LiveSource(installation, source.known, id="", made_at="") as later:
        entries = recalls.entries_of(later, after=recalls.position_of(source))
    archive.add_extra(RECALLS, "".join(recalls.sealed(entries)).encode())


def _tell_of_missing(archive: Archive, source: LiveSource, tell: Tell) -> None:
    """Say which public files of standing releases are not there: either recalled meanwhile, or lost before."""
    store = store_in(archive.folder, "public")
    missing = sorted(key for key in _standing_keys(source) if not store.exists(key))
    archive.manifest["missing"] = missing
    recalled_meanwhile = recalls.parsed((archive.folder / RECALLS).read_bytes(), RECALLS).entries
    if missing and not recalled_meanwhile:
        tell(f"ATTENTION: {len(missing)} public files of releases are missing in the installation, as {missing[0]}.")


def _standing_keys(source: LiveSource) -> Iterator[str]:
    rows = source.databases["cms"].query(
        "SELECT DISTINCT key FROM releases_releaseasset WHERE release_id NOT IN "
        "(SELECT release_id FROM releases_withdrawal)"
    )
    return (str(key) for (key,) in rows)


def _add_secrets(archive: Archive, installation: Installation, tell: Tell) -> None:
    path = installation.place and installation.place.secrets_file
    if not path or not path.exists():
        raise CannotWrite("There is no file of secrets here: keep the values of your environment by your own means.")
    archive.add_extra(SECRETS, path.read_bytes())
    tell("The secrets are in the backup, readable: encrypt it before it leaves this machine.")


def _keep_log(path: Path, folder: Path, tell: Tell) -> None:
    """Bring the log beside the backups up to date; the backup is good also when that fails."""
    try:
        recalls.append(path, ArchiveSource(folder))
    except (recalls.LogDamaged, recalls.LogAhead, CannotWrite) as error:
        tell(f"ATTENTION: The log of recalls was not written. {error}")


def _stamp(data: Path, folder: Path, made_at: str) -> None:
    """Write down when the last backup was made, for the metric ``mis_backup_age_seconds``."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = data / f"{STAMP}.part"
    part.write_text(json.dumps({"made_at": made_at, "folder": str(folder)}) + "\n")
    os.replace(part, data / STAMP)
