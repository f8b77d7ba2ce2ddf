"""Runs one command that can't outlive its parent, eat the machine or see its secrets.

A script of its own, started with ``python -I -S`` so that nothing of ours is imported: it sets the limits and becomes
the command (``execv``). A ``preexec_fn`` instead would run Python between fork and exec of a threaded process.

Usage: leash.py PARENT_PID MEMORY_BYTES CPU_S NICENESS COMMAND [ARGUMENT...]   (0 means no limit)
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Set the limits, then become the command."""
    parent, memory_bytes, cpu_s, niceness = map(int, arguments[:4])
    die_with_parent(parent)
    limit(resource.RLIMIT_AS, memory_bytes)
    limit(resource.RLIMIT_CPU, cpu_s)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(niceness)
    os.execv(arguments[4], arguments[4:])  # noqa: S606


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent is gone (prctl(2)); the signal stays set across execv."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def limit(kind: int, value: int) -> None:
    """Lower one resource limit to ``value``, never above what is allowed already."""
    if not value:
        return
    _, hard = resource.getrlimit(kind)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (ceiling, ceiling))


if __name__ == "__main__":
    main(sys.argv[1:])
