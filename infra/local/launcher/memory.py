"""How much memory does a process hold?"""

from pathlib import Path

PROC = Path("/proc")


def resident_kb(pid: int) -> int | None:
    """Return the resident set of a process in kilobytes; None where the system does not tell (or it has ended)."""
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return None
    lines = (line.split() for line in status.splitlines() if line.startswith("VmRSS:"))
    return next((int(words[1]) for words in lines), None)


def family_of(pid: int) -> tuple[int, ...]:
    """Return ``pid`` and all its descendants."""
    parents = dict(_parents())
    family = [pid]
    for member in family:
        family.extend(child for child, parent in parents.items() if parent == member)
    return tuple(family)


def _parents() -> list[tuple[int, int]]:
    found = []
    for status in PROC.glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(status.parent.name), int(fields[1])))
    return found
