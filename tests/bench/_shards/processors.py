"""How much processor time did a process use, with all its children?"""

import os
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Return the seconds used by ``pid``, its living children and those it has waited for."""
    own, waited_for = _used(pid)
    return own + waited_for + sum(sum(_used(child)) for child in _children(pid))


def machine_s() -> float:
    """Return the seconds all processors of this machine have worked since its start, for whomever (proc(5), stat)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]  # nothing to do, or waiting for a disk
    return (sum(fields) - idle) / _TICKS_PER_S


def _used(pid: int) -> tuple[float, float]:
    """Return the seconds of a process and of its ended children; nothing if it is gone (proc(5), fields 14 to 17)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0, 0.0
    user, system, children_user, children_system = (int(field) for field in fields[11:15])
    return (user + system) / _TICKS_PER_S, (children_user + children_system) / _TICKS_PER_S


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
