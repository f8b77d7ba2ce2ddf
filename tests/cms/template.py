"""How do the tests get a migrated database without migrating each time? Wagtail has 200 migrations.

SQLite only: the first run of a set of migrations keeps a copy in the system's temporary folder, the next ones begin
with it.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path

from django.apps import apps


class Template:
    """A migrated database for exactly these apps, migrations and versions."""

    def __init__(self) -> None:
        folder = Path(tempfile.gettempdir()) / f"make-it-safe-test-databases-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.path = folder / f"{_fingerprint()}.sqlite3"

    def lock(self) -> None:
        """Let one process migrate while the others wait for its copy."""
        self._lock = self.path.with_suffix(".lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def unlock(self) -> None:
        """Let the others go on."""
        self._lock.close()

    def offer(self, database: Path) -> None:
        """Put the copy where the test database will be looked for, if there is one."""
        if self.path.exists() and not database.exists():
            shutil.copyfile(self.path, database)

    def keep(self, database: Path) -> None:
        """Copy a migrated database for the next run, at once or not at all."""
        if self.path.exists():
            return
        partial = self.path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        source, target = sqlite3.connect(database), sqlite3.connect(partial)
        with source, target:
            source.backup(target)
        source.close()
        target.close()
        partial.replace(self.path)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{version('django')} {version('wagtail')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        digest.update(app.name.encode())
        if app.name.startswith(("cms.", "foundation.")):
            for migration in sorted(Path(app.path).glob("migrations/*.py")):
                digest.update(migration.read_bytes())
    return digest.hexdigest()[:16]
