"""May this launcher start here? One per data folder, and every port must be free."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.processes import is_alive
from infra.local.places import LOOPBACK, Place, Ports, address


class CannotStart(Exception):
    """The message says why and what to do."""


@contextmanager
def claimed(place: Place) -> Iterator[None]:
    """Hold the data folder while the block runs; raise CannotStart when another launcher holds it.

    The kernel lets go of the claim with the process, also after ``kill -9``: nothing stale is left to clean up.
    """
    try:
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        holder = os.open(place.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(
            f"{place.data} cannot be used as data folder ({error.strerror}): choose another with --data."
        ) from error
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(holder)
        raise CannotStart(_already_running(place)) from None
    try:
        yield
    finally:
        place.state_file.unlink(missing_ok=True)
        os.close(holder)


def _already_running(place: Place) -> str:
    running = running_at(place)
    where = f" as process {running.pid} at {address(running.base)}/" if running else ""
    return (
        f"Make-IT-Safe is already running on {place.data}{where}. Stop it first, or choose another folder with --data."
    )


@dataclass(frozen=True)
class Running:
    """What a running launcher says of itself."""

    pid: int
    base: int
    processes: dict[str, int]


def running_at(place: Place) -> Running | None:
    """Return the launcher that works on this data folder, if one does."""
    state = _state(place.state_file)
    if state is None or not is_alive(state["pid"]):
        return None
    return Running(pid=state["pid"], base=state["base"], processes=state["processes"])


def tell(place: Place, processes: dict[str, int]) -> None:
    """Write down who runs, for ``./hub doctor`` and for a second start."""
    state = {"pid": os.getpid(), "base": place.ports.base, "processes": processes}
    part = place.state_file.with_suffix(".part")
    part.write_text(json.dumps(state))
    part.replace(place.state_file)


def _state(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"pid", "base", "processes"} <= found.keys() else None


def busy_ports(ports: Ports) -> dict[str, int]:
    """Return the ports that something else listens on, by the name of the process that wants them."""
    return {name: port for name, port in ports.by_name().items() if not _is_free(port)}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_not_held(place: Place) -> None:
    """Raise CannotStart for an installation that was moved elsewhere, or is only half here."""
    if place.held_file.exists():
        raise CannotStart(f"{place.held_file.read_text().strip()} To start it all the same, remove {place.held_file}.")


def require_free_ports(ports: Ports) -> None:
    busy = busy_ports(ports)
    if busy:
        named = ", ".join(f"{port} ({name})" for name, port in busy.items())
        raise CannotStart(f"Already in use: port {named}. Stop what uses it, or choose other ports with --port-base.")
