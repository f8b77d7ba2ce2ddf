"""Where do the installations of these tests live? In folders, and in databases of a real PostgreSQL."""

import fcntl
import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg

from infra.local.launcher.tables import DATABASES, fingerprint
from infra.local.places import Place
from infra.transfer.databases import reading
from infra.transfer.installation import Installation, in_folder, migrate
from infra.transfer.tables import DEPLOYABLES

Answers = dict[str, list[object]]


@dataclass
class Told:
    """What a command says to the person who runs it."""

    sentences: list[str] = field(default_factory=list)

    def __call__(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def text(self) -> str:
        return "\n".join(self.sentences)


def migrated_databases() -> Path:
    """Return a folder with three migrated databases: made by the first run of these migrations, kept for the next."""
    kept = Path(tempfile.gettempdir()) / f"make-it-safe-test-databases-{os.getuid()}" / f"transfer-{fingerprint()}"
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            making = Path(tempfile.mkdtemp(dir=kept.parent))
            migrate(in_folder(Place(data=making)))
            making.rename(kept)
    return kept


def empty_folder(data: Path) -> Place:
    """Put migrated, empty databases into a new data folder."""
    data.mkdir(parents=True)
    for name in DATABASES.values():
        shutil.copyfile(migrated_databases() / name, data / name)
    return Place(data=data)


def empty_postgres(server: str) -> dict[str, str]:
    """Make three migrated, empty databases and return their addresses; the tables are made once per server."""
    base, name = server.rpartition("/")[0], uuid4().hex[:8]
    templates = {deployable: f"{base}/template-{deployable}" for deployable in DEPLOYABLES}
    migrate(Installation(templates, "file:///nowhere"))
    with psycopg.connect(server, autocommit=True) as connection:
        for deployable in DEPLOYABLES:
            made = f'CREATE DATABASE "{name}-{deployable}" TEMPLATE "template-{deployable}"'
            connection.execute(made.encode())
    return {deployable: f"{base}/{name}-{deployable}" for deployable in DEPLOYABLES}


def answers_of(installation: Installation) -> Answers:
    """Return status, ETag and hash of what the partner API answers, by path."""
    found: Answers = json.loads(installation.run("cms", "tests.infra.transfer.answers", CMS_ROLE="delivery"))
    return found


def ask(installation: Installation, deployable: str, sql: str) -> list[tuple[object, ...]]:
    """Read a little from a database."""
    database = reading(installation.databases[deployable])
    try:
        return database.query(sql)
    finally:
        database.close()
