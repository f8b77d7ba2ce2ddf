"""Are the tables of each deployable those the code expects? Answered in milliseconds when nothing changed.

``DATA_DIR/tables-cms.txt`` (and so on) holds a fingerprint of the migrations and how many had been applied. On other
engines than the embedded ones the migrations are asked for at every start.
Run as a process of its own, this module applies them; an empty CMS also gets what it needs to begin with.
"""

import logging
import runpy
import sqlite3
import sys
import zlib
from pathlib import Path

from infra.local.engines import is_embedded
from infra.local.launcher.processes import MANAGE, Process, python
from infra.local.places import ROOT, Place

DATABASES = {"cms": "cms.sqlite3", "newsletter": "newsletter.sqlite3", "transcoder": "transcoder.sqlite3"}


def migrations(place: Place, known: dict[str, dict[str, str]]) -> tuple[Process, ...]:
    """Return one process for each deployable whose tables may be out of date."""
    due = [name for name in DATABASES if not (is_embedded(place) and is_up_to_date(place.data, name))]
    argv = python("infra.local.launcher.tables", str(place.data))
    return tuple(Process(f"{name}-tables", (*argv, name), known[name], runs_once=True) for name in due)


def is_up_to_date(data: Path, deployable: str) -> bool:
    """Tell whether the database is in the state in which its migrations left it, and the code's are the same."""
    return _remembered(data, deployable) == _state(data, deployable)


def note_up_to_date(data: Path, deployable: str) -> None:
    """Remember the state as it is now."""
    _record(data, deployable).write_text(_state(data, deployable))


def _record(data: Path, deployable: str) -> Path:
    return data / f"tables-{deployable}.txt"


def _remembered(data: Path, deployable: str) -> str:
    record = _record(data, deployable)
    return record.read_text() if record.exists() else ""


def _state(data: Path, deployable: str) -> str:
    return f"{fingerprint()} {applied(data / DATABASES[deployable])}"


def fingerprint() -> str:
    """Return a checksum of every migration of the project and of the locked packages, which bring theirs.

    A checksum is enough to notice a change, and spares the launcher the library for hashes.
    """
    sum_so_far = zlib.crc32((ROOT / "requirements" / "runtime.lock").read_bytes())
    for room in ("cms", "foundation", "services"):
        for path in sorted((ROOT / room).glob("**/migrations/*.py")):
            sum_so_far = zlib.crc32(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes(), sum_so_far)
    return f"{sum_so_far:08x}"


def applied(database: Path) -> int | None:
    """Return how many migrations an SQLite database has had; None when it has no tables yet."""
    if not database.exists():
        return None
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0])
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def apply(data: Path, deployable: str) -> None:
    """Run the deployable's own ``migrate``, then remember that it is up to date."""
    sys.argv = [MANAGE[deployable], "migrate", "--no-input", "--verbosity", "0"]
    runpy.run_module(MANAGE[deployable], run_name="__main__", alter_sys=True)
    if deployable == "cms":
        _furnish(data)
    note_up_to_date(data, deployable)


def _furnish(data: Path) -> None:
    """Make the stores and what an empty CMS begins with; needs the settings of the CMS, which stand only now."""
    from django.core.management import call_command

    from infra.local.beginnings import begin
    from infra.local.secrets import secrets_of

    place = Place(data=data)
    logging.disable(logging.INFO)
    if not is_embedded(place):
        call_command("prepare_stores")
    begin(password=secrets_of(place.secrets_file).staff_password)


if __name__ == "__main__":
    apply(Path(sys.argv[1]), sys.argv[2])
