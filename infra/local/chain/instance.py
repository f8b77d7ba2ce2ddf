"""How is an instance started for a walk through the chain? On free ports, in a folder that is gone afterwards."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from infra.local.chain.expecting import ChainBroken
from infra.local.chain.installation import LIST, LIST_NAME, Doors
from infra.local.places import LOOPBACK, ROOT, Place, Ports, address
from infra.local.secrets import Secrets, secrets_of
from infra.local.staff import FIRST_MEMBER

READY = "Make-IT-Safe is ready"
READY_LIMIT_S = 120.0
STOP_LIMIT_S = 20.0
LAST_LINES = 40
FIRST_BASE, STEP, BLOCKS = 10_000, 100, 220  # below the ports the system gives to clients


class Instance:
    """A launcher that runs as a process of its own: the installation of ``./hub up``."""

    staff_name = FIRST_MEMBER

    def __init__(self, place: Place, *, command: str = "up") -> None:
        self.place = place
        self.log = place.data.parent / f"{place.data.name}.log"
        argv = (command, "--data", str(place.data), "--port-base", str(place.ports.base))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "infra.local", *argv), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def secrets(self) -> Secrets:
        return secrets_of(self.place.secrets_file)

    @property
    def staff_password(self) -> str:
        return self.secrets.staff_password

    @property
    def partner_keys_file(self) -> Path:
        return self.place.partner_keys_file

    @property
    def doors(self) -> Doors:
        ports = self.place.ports
        site = address(ports.partner_site)
        return Doors(
            editing=address(ports.editing),
            delivery=address(ports.delivery),
            newsletter=address(ports.newsletter),
            mails=address(ports.mails),
            site=site,
            hooks=site,
        )

    def make_list(self) -> None:
        manage(self.place, "newsletter", "create_list", LIST, LIST_NAME)

    def wait_until_ready(self, *, limit_s: float = READY_LIMIT_S) -> None:
        deadline = time.monotonic() + limit_s
        while READY not in self.said():
            if self.process.poll() is not None:
                raise ChainBroken(f"The launcher ended with {self.process.returncode}. {self.last_lines()}")
            if time.monotonic() > deadline:
                raise ChainBroken(f"Not ready after {limit_s:.0f} s. {self.last_lines()}")
            time.sleep(0.1)

    def pids(self) -> dict[str, int]:
        """Return the processes that run now, by name."""
        found: dict[str, int] = json.loads(self.place.state_file.read_text())["processes"]
        return found

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def last_lines(self) -> str:
        return "The log ends:\n" + "\n".join(self.said().splitlines()[-LAST_LINES:])

    def stop(self) -> int:
        """Stop the launcher as Ctrl-C does and return its exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def manage(place: Place, deployable: str, *arguments: str) -> str:
    """Run a management command as an operator does, and return what it says."""
    where = ("--data", str(place.data), "--port-base", str(place.ports.base))
    argv = (sys.executable, "-m", "infra.local", "manage", *where, deployable, *arguments)
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChainBroken(f"./hub manage {deployable} {arguments[0]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout


@contextlib.contextmanager
def fresh_place() -> Iterator[Place]:
    """Yield an empty folder and ports that are all free; the folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="make-it-safe-") as folder:
        yield Place(data=Path(folder).resolve() / "var", ports=free_ports())


def free_ports() -> Ports:
    """Return a block of ports nobody listens on; processes that look at the same time begin at different ones."""
    for number in range(BLOCKS):
        ports = Ports(FIRST_BASE + (os.getpid() + number) % BLOCKS * STEP)
        if all(_is_free(port) for port in ports.by_name().values()):
            return ports
    raise ChainBroken("There is no block of free ports on this machine.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
