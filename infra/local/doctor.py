"""What is configured, what is missing, and what is to be done? One line for each thing that was looked at."""

import importlib.util
import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.local.engines import EnginesUnreadable, engines_of, is_embedded
from infra.local.launcher.claim import Running, busy_ports, running_at
from infra.local.launcher.memory import resident_kb
from infra.local.launcher.tables import DATABASES, is_up_to_date
from infra.local.places import ROOT, Place

Verdict = Literal["ok", "note", "wrong"]
MARKS: dict[Verdict, str] = {"ok": "✓", "note": "–", "wrong": "✗"}
GIGABYTE = 1024**3
NEEDED_DISK_GB, NEEDED_MEMORY_GB = 2, 1.5


@dataclass(frozen=True)
class Finding:
    """``do`` says what to do about it."""

    verdict: Verdict
    about: str
    found: str
    do: str = ""


def examine(place: Place) -> int:
    """Print every finding; return 1 when something keeps ``./hub demo`` from working."""
    findings = [finding for look in LOOKS for finding in look(place)]
    for finding in findings:
        print(
            f"{MARKS[finding.verdict]} {finding.about:<18} {finding.found}" + (f" {finding.do}" if finding.do else "")
        )
    wrong = sum(finding.verdict == "wrong" for finding in findings)
    print("\nNothing is in the way." if not wrong else f"\n{wrong} of these must be put right first.")
    return 1 if wrong else 0


def _python(_place: Place) -> Iterator[Finding]:
    version = platform.python_version()
    is_right = sys.version_info[:2] == (3, 11)
    yield Finding("ok" if is_right else "wrong", "Python", f"{version}, {sys.executable}.")


def _packages(_place: Place) -> Iterator[Finding]:
    made = {name: (ROOT / ".venv" / f".made-from-{name}").exists() for name in ("runtime", "dev")}
    sets = [name for name, is_made in made.items() if is_made]
    yield Finding("ok", "Packages", f"{' and '.join(sets) or 'not made by hub'}, in {ROOT / '.venv'}.")


def _ffmpeg(_place: Place) -> Iterator[Finding]:
    configured = os.environ.get("FFMPEG", "")
    if configured and not shutil.which(configured):
        yield Finding("wrong", "ffmpeg", f"FFMPEG names {configured}, which is no program.", "Correct or unset it.")
    elif configured:
        yield Finding("ok", "ffmpeg", f"{configured}, by FFMPEG.")
    elif importlib.util.find_spec("imageio_ffmpeg"):
        yield Finding("ok", "ffmpeg", "that of the Python packages.")
    else:
        yield Finding("wrong", "ffmpeg", "missing.", "Remove .venv and run ./hub again, or set FFMPEG.")


def _ports(place: Place) -> Iterator[Finding]:
    busy = busy_ports(place.ports)
    if running_at(place):
        yield Finding("ok", "Ports", "in use by Make-IT-Safe itself.")
    elif busy:
        named = ", ".join(f"{port} ({name})" for name, port in busy.items())
        yield Finding("wrong", "Ports", f"in use: {named}.", "Stop what uses them, or choose others with --port-base.")
    else:
        yield Finding("ok", "Ports", f"all free, from {place.ports.base} on.")


def _data(place: Place) -> Iterator[Finding]:
    present = next(path for path in (place.data, *place.data.parents) if path.exists())
    if not os.access(present, os.W_OK | os.X_OK):
        yield Finding("wrong", "Data folder", f"{present} cannot be written.", "Choose another with --data.")
        return
    yield Finding("ok", "Data folder", f"{place.data}{'' if place.data.exists() else ' (made at the first start)'}.")
    free_gb = shutil.disk_usage(present).free / GIGABYTE
    verdict: Verdict = "ok" if free_gb >= NEEDED_DISK_GB else "wrong"
    yield Finding(verdict, "Disk", f"{free_gb:.1f} GB free.", "" if verdict == "ok" else "Make room: films need it.")


def _memory(_place: Place) -> Iterator[Finding]:
    available = _available_kb()
    if available is None:
        yield Finding("note", "Memory", "unknown on this system; 1.5 GB should be free.")
        return
    free_gb = available * 1024 / GIGABYTE
    is_enough = free_gb >= NEEDED_MEMORY_GB
    advice = "" if is_enough else "All processes take 0.7 GB, preparing a film as much again."
    yield Finding("ok" if is_enough else "note", "Memory", f"{free_gb:.1f} GB available.", advice)


def _available_kb() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)


def _secrets(place: Place) -> Iterator[Finding]:
    if not place.secrets_file.exists():
        yield Finding("note", "Secrets", "made at the first start.")
        return
    mode = stat.S_IMODE(place.secrets_file.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            "wrong", "Secrets", f"others can read {place.secrets_file}.", f"Run: chmod 600 {place.secrets_file}"
        )
    else:
        yield Finding("ok", "Secrets", f"{place.secrets_file}, for its owner only.")


def _engines(place: Place) -> Iterator[Finding]:
    if is_embedded(place):
        yield Finding("ok", "Engines", "SQLite, files, polling.")
        return
    try:
        named = engines_of(place, "cms")
    except EnginesUnreadable as error:
        yield Finding("wrong", "Engines", str(error), "Correct the file, or remove it for the embedded default.")
        return
    yield Finding("ok", "Engines", f"{', '.join(named)}, by {place.engines_file}.")


def _tables(place: Place) -> Iterator[Finding]:
    if not is_embedded(place):
        yield Finding("note", "Tables", "are made or changed at each start where the code expects others.")
        return
    for deployable in DATABASES:
        if is_up_to_date(place.data, deployable):
            yield Finding("ok", f"Tables, {deployable}", "as the code expects them.")
        else:
            yield Finding("note", f"Tables, {deployable}", "are made or changed at the next start.")


def _for_tests(_place: Place) -> Iterator[Finding]:
    for program, wanted in (("chromium", "browser tests"), ("postgres", "tests on PostgreSQL")):
        found = shutil.which(program)
        if found:
            yield Finding("ok", program, f"{found}, for {wanted}.")
        else:
            yield Finding("note", program, f"not found: {wanted} are skipped.", "The demo does not need it.")


def _running(place: Place) -> Iterator[Finding]:
    running = running_at(place)
    if running is None:
        yield Finding("note", "Running", "nothing on this data folder.")
        return
    yield from _resident(running)


def _resident(running: Running) -> Iterator[Finding]:
    total = 0
    for name, pid in {"launcher": running.pid, **running.processes}.items():
        resident = resident_kb(pid) or 0
        total += resident
        yield Finding("ok", name, f"process {pid}, {resident / 1024:.0f} MB resident.")
    yield Finding("ok", "All together", f"{total / 1024:.0f} MB resident.")


LOOKS: tuple[Callable[[Place], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _ffmpeg,
    _ports,
    _data,
    _memory,
    _secrets,
    _engines,
    _tables,
    _for_tests,
    _running,
)
