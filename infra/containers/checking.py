"""Does the whole file work, and does it go on working when a container dies? ``./hub containers check``

The chain is walked from outside; then the first process of each container is killed, one container after the other.
What keeps it alive must bring it back; and the chain is walked again.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from infra.containers.bringing_up import NotReady, is_healthy, last_lines, runs_once, services
from infra.containers.engine import Container, Engine, EngineFailed
from infra.local.chain.installation import LIST, LIST_NAME
from infra.local.places import ROOT

EDITING = "https://127.0.0.1:8000"
BACK_LIMIT_S = 120
HOST_NAMES = {"docker": "host.docker.internal", "podman": "host.containers.internal"}


class Broken(Exception):
    """The check found something that must not be."""


@dataclass(frozen=True)
class Return:
    """How a killed container came back."""

    service: str
    seconds: float
    by: str


def host_name(engine: Engine) -> str:
    """Return this machine's name as the containers know it: a partner's site of the walk listens there."""
    return HOST_NAMES[engine.program]


def walk(engine: Engine, secrets: Path) -> None:
    """Walk the chain through the public doors; Broken."""
    make_list(engine)
    command = [sys.executable, "-m", "infra.local", "demo", "--check", "--against", EDITING]
    command += ["--ca", str(secrets / "tls_certificate.pem"), "--password-file", str(secrets / "staff_password")]
    done = subprocess.run([*command, "--hooks-host", host_name(engine)], cwd=ROOT, check=False)
    if done.returncode:
        raise Broken("The chain is broken.")


def make_list(engine: Engine) -> None:
    """Make the list of the walk, unless it is there."""
    try:
        engine.inside("newsletter", "python", "-m", "services.newsletter.manage", "create_list", LIST, LIST_NAME)
    except EngineFailed as error:
        if "already" not in str(error):
            raise


def kill_each(engine: Engine) -> list[Return]:
    """Kill the containers that last, one by one, each when the one before is well again; raises Broken."""
    lasting = [name for name, service in services().items() if not runs_once(service)]
    return [_kill_and_wait(engine, one) for name in lasting for one in engine.of(name)]


def _kill_and_wait(engine: Engine, before: Container) -> Return:
    """Kill as a crash does, from outside: an engine takes what it kills itself for stopped on purpose."""
    started = time.monotonic()
    if before.pid and os.geteuid() == 0:
        os.kill(before.pid, signal.SIGKILL)
        by = "its restart policy"
    else:
        engine.run("kill", "--signal", "KILL", before.name)
        engine.run("start", before.name)
        by = "us"
    while True:
        now = next((one for one in engine.of(before.service) if one.name == before.name), None)
        if now and now.pid not in {0, before.pid} and is_healthy(engine, now):
            return Return(before.name, time.monotonic() - started, by)
        if time.monotonic() - started > BACK_LIMIT_S:
            raise Broken(f"{before.name} did not come back. {last_lines(engine, before.service)}")
        time.sleep(0.5)


def everything_is_well(engine: Engine) -> None:
    """Raise NotReady unless every lasting container is healthy now: the others must have survived a death."""
    deadline = time.monotonic() + BACK_LIMIT_S
    lasting = {name for name, service in services().items() if not runs_once(service)}
    while True:
        ill = [one.name for one in engine.containers() if one.service in lasting and not is_healthy(engine, one)]
        if not ill:
            return
        if time.monotonic() > deadline:
            raise NotReady(f"Not well: {', '.join(ill)}.")
        time.sleep(0.5)


def memory(engine: Engine) -> dict[str, str]:
    """Return what each container takes, as the engine says it."""
    form = "{{.Name}}\t{{.MemUsage}}"
    lines = engine.run("stats", "--no-stream", "--format", form).splitlines()
    return dict(line.split("\t", 1) for line in lines if line.count("\t") == 1 and "make-it-safe" in line)
