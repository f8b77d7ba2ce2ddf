"""What had left this process when it died? One append-only file per run, beside the ledger.

Why a file: an intent must be on record before each single body goes out. A line in a file costs 2 µs; a transaction
costs 30 to 3,000, or has to cover a window of mails, all of which a crash would leave in doubt.

Why no fsync: a line written is the kernel's, and ``kill -9`` doesn't take it back. Only a power cut does. The header
therefore names the boot it was written in: read in another boot, a missing line proves nothing any more, and every mail
the run had claimed without an accepted or rejected line is in doubt (at most one batch: claims are committed to disk).

Why a lock: a run holds its journal locked as long as it lives. Who gets the lock knows that the run is dead and its
file complete.

A line is ``I 123`` (intent: the body of delivery 123 goes out next) or a fate, ``A 123 250 2.0.0``. No personal data.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

from services.newsletter.smtp.letters import Fate, Outcome

_LETTERS = {
    "A": Fate.ACCEPTED,
    "R": Fate.REJECTED,
    "L": Fate.LATER,
    "D": Fate.IN_DOUBT,
    "U": Fate.UNSENT,
}
_CODES = {fate: letter for letter, fate in _LETTERS.items()}
_FINAL = {Fate.ACCEPTED, Fate.REJECTED}
_NO_BOOT_ID = "unknown"
_KEPT_S = 86_400


class JournalFull(Exception):
    """The journal can't be written, so nothing may be sent."""


class JournalBusy(Exception):
    """The run that writes this journal is alive."""


class JournalMissing(Exception):
    """There is no such journal here: its run belongs to another machine, or the folder was emptied."""


class Journal:
    """The journal of a living run. Lines are buffered; ``flush`` hands them to the kernel in one write."""

    def __init__(self, file: int, path: Path) -> None:
        self._file = file
        self._path = path
        self._lines: list[str] = []

    def intend(self, delivery_id: int) -> None:
        self._lines.append(f"I {delivery_id}\n")

    def settle(self, delivery_id: int, outcome: Outcome) -> None:
        self._lines.append(f"{_CODES[outcome.fate]} {delivery_id} {outcome.code} {outcome.status}\n")

    def flush(self) -> None:
        """Write what was noted; raises JournalFull."""
        if not self._lines:
            return
        data = "".join(self._lines).encode("ascii")
        self._lines.clear()
        try:
            written = os.write(self._file, data)
        except OSError as error:
            raise JournalFull(f"The journal can't be written ({error.strerror}); free some space.") from error
        if written < len(data):
            raise JournalFull("The journal can't be written whole; free some space.")

    def discard(self) -> None:
        """Remove the journal once the ledger holds everything in it."""
        self._path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Record:
    """What a dead run's journal says. ``is_complete``: what has no line did not happen."""

    is_complete: bool
    intended: frozenset[int] = frozenset()
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def outcome_of(self, delivery_id: int) -> Outcome:
        """Return what is known of a delivery the run had claimed."""
        known = self.outcomes.get(delivery_id)
        if known and (self.is_complete or known.fate in _FINAL):
            return known
        if self.is_complete and delivery_id not in self.intended:
            return Outcome(Fate.UNSENT)
        return Outcome(Fate.IN_DOUBT)


@contextmanager
def opened(folder: Path, run: UUID) -> Iterator[Journal]:
    """Start the journal of a run, locked until the end of the block or of the process; raises JournalFull."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _path(folder, run)
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalFull(f"The journal can't be made ({error.strerror}).") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        journal = Journal(file, path)
        journal._lines.append(f"boot {boot_id()}\n")
        journal.flush()
        yield journal
    finally:
        os.close(file)


@contextmanager
def taken_over(folder: Path, run: UUID) -> Iterator[Record]:
    """Read the journal of a dead run, and remove it when the block went well; raises JournalBusy or JournalMissing."""
    path = _path(folder, run)
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise JournalMissing(str(run)) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield read(path.read_text("ascii", errors="replace"), boot=boot_id())
        path.unlink(missing_ok=True)
    except BlockingIOError as error:
        raise JournalBusy(str(run)) from error
    finally:
        os.close(file)


def sweep(folder: Path, *, now_s: float) -> None:
    """Remove journals left over by runs that had nothing claimed any more: unlocked, and not touched for a day."""
    for path in folder.glob("*.journal"):
        if now_s - path.stat().st_mtime > _KEPT_S:
            with suppress(JournalBusy, JournalMissing), taken_over(folder, UUID(path.stem)):
                pass


def read(text: str, *, boot: str) -> Record:
    """Read a journal, its last line perhaps torn, in the boot named ``boot``."""
    header, *lines = text.split("\n")[:-1] or [""]
    intended: set[int] = set()
    outcomes: dict[int, Outcome] = {}
    for line in lines:
        letter, _, rest = line.partition(" ")
        number, _, reply = rest.partition(" ")
        if not number.isdigit():
            continue
        if letter == "I":
            intended.add(int(number))
            outcomes.pop(int(number), None)
        elif letter in _LETTERS:
            code, _, status = reply.partition(" ")
            outcomes[int(number)] = Outcome(_LETTERS[letter], int(code) if code.isdigit() else 0, status)
    is_complete = boot != _NO_BOOT_ID and header == f"boot {boot}"
    return Record(is_complete, frozenset(intended), outcomes)


@cache
def boot_id() -> str:
    """Return a name of this boot; where there is none, every journal counts as read after a power cut."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return _NO_BOOT_ID


def _path(folder: Path, run: UUID) -> Path:
    return folder / f"{run}.journal"
