"""How is a whole system started for a browser to look at?"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.chain.instance import free_ports
from infra.local.launcher.claim import running_at
from infra.local.places import ROOT, Place, Ports
from infra.local.secrets import secrets_of
from infra.local.staff import FIRST_MEMBER
from tests.servers.engines import give_engines

START_LIMIT_S = 180.0
STOP_LIMIT_S = 30.0
READY = "is ready"


@dataclass(frozen=True)
class Demo:
    """A running demo: where it is, and who may log in."""

    place: Place
    user_name: str
    password: str

    def url(self, process: str, path: str = "/") -> str:
        """Return the address of ``path`` at one of the processes, by its name in ``Ports.by_name``."""
        return f"http://127.0.0.1:{self.place.ports.by_name()[process]}{path}"


def demo_at(data: Path) -> Demo:
    """Return the demo that runs on the folder ``data``."""
    running = running_at(Place(data=data))
    if running is None:
        raise RuntimeError(f"No demo runs on {data}.")
    return _demo(Place(data=data, ports=Ports(running.base)))


def _demo(place: Place) -> Demo:
    return Demo(place, FIRST_MEMBER, secrets_of(place.secrets_file).staff_password)


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """Run ``./hub demo`` on free ports with its data below ``data``; stop it afterwards, whatever happened."""
    place = Place(data=data, ports=free_ports())
    give_engines(data)
    log = data.parent / f"{data.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "demo", "--data", str(data), "--port-base", str(place.ports.base)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, log)
            yield _demo(place)
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while READY not in (said := log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"The demo did not start:\n{said[-4000:]}")
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
