"""How does the whole file come up, in order? As ``docker compose up --wait`` does it, or step by step where it can't.

podman asks for health by systemd's timers and podman-compose waits for podman; where there is no systemd, or a podman
before 4.6, nobody would ask. There we start a service when what it depends on is ready, and ask for health ourselves.
"""

import time
from collections.abc import Iterator
from typing import Any

import yaml

from infra.containers.engine import Container, Engine, EngineFailed
from infra.local.places import ROOT

LIMIT_S = 240
COMPLETED = "service_completed_successfully"


class NotReady(Exception):
    """Something did not become ready in time; the message ends with what it logged."""


def services() -> dict[str, dict[str, Any]]:
    """Return the services of the compose file that a trial runs, by name: those of no profile and of demo."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {name: service for name, service in found.items() if "demo" in service.get("profiles", ["demo"])}


def runs_once(service: dict[str, Any]) -> bool:
    return bool(service.get("healthcheck", {}).get("disable"))


def stages(of: dict[str, dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yield which services may start together: each after all it depends on."""
    done: set[str] = set()
    while len(done) < len(of):
        ready = tuple(name for name in of if name not in done and set(of[name].get("depends_on", ())) <= done)
        if not ready:
            raise ValueError(f"These depend on each other: {', '.join(sorted(set(of) - done))}.")
        yield ready
        done |= set(ready)


def bring_up(engine: Engine, *, scale: dict[str, int]) -> float:
    """Start everything and return after how many seconds all was ready; raises NotReady and EngineFailed."""
    started = time.monotonic()
    scaled = [option for name, count in scale.items() for option in ("--scale", f"{name}={count}")]
    if not engine.is_podman:
        engine.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", str(LIMIT_S), *scaled)
        return time.monotonic() - started
    _remove_outdated(engine)
    known = services()
    for stage in stages(known):
        print(f"  {time.monotonic() - started:5.1f} s  starting {', '.join(stage)}", flush=True)
        for group in _startable_at_once(stage, scale):
            count = [f"--scale={name}={scale[name]}" for name in group if name in scale]
            engine.compose("up", "--detach", "--no-build", "--no-deps", *count, *group)
        for name in stage:
            wait_until_ready(engine, name, known[name])
    return time.monotonic() - started


def _startable_at_once(stage: tuple[str, ...], scale: dict[str, int]) -> list[tuple[str, ...]]:
    """Return the services by the calls that start them: podman-compose hears the last ``--scale`` only."""
    plain = tuple(name for name in stage if name not in scale)
    return [group for group in (plain, *((name,) for name in stage if name in scale)) if group]


def _remove_outdated(engine: Engine) -> None:
    """Remove the containers whose image has been built again: podman-compose keeps them, compose makes them anew."""
    for one in engine.containers():
        newest = engine.run("image", "inspect", "-f", "{{.Id}}", one.image).strip().removeprefix("sha256:")
        if one.image_id != newest:
            engine.run("rm", "--force", "--time", "20", one.name)


def wait_until_ready(engine: Engine, name: str, service: dict[str, Any], *, limit_s: float = LIMIT_S) -> None:
    """Return when every container of the service is healthy, or has ended well if it runs once; NotReady."""
    deadline = time.monotonic() + limit_s
    is_ready = has_completed if runs_once(service) else is_healthy
    while True:
        found = engine.of(name)
        if found and all(is_ready(engine, one) for one in found):
            return
        if time.monotonic() > deadline:
            raise NotReady(f"{name} is not ready after {limit_s:.0f} s. {last_lines(engine, name)}")
        time.sleep(0.5)


def has_completed(engine: Engine, container: Container) -> bool:
    return (
        container.status == "exited"
        and engine.run("inspect", "-f", "{{.State.ExitCode}}", container.name).strip() == "0"
    )


def is_healthy(engine: Engine, container: Container) -> bool:
    """Ask for health now: nobody else does where podman runs without systemd."""
    if container.status != "running":
        return False
    if engine.is_podman:
        return engine.succeeds("healthcheck", "run", container.name)
    return engine.run("inspect", "-f", "{{.State.Health.Status}}", container.name).strip() == "healthy"


def last_lines(engine: Engine, service: str) -> str:
    """Return what the containers of a service said last."""
    try:
        return "\n".join(engine.run("logs", "--tail", "15", one.name) for one in engine.of(service))
    except EngineFailed as error:
        return str(error)


def take_down(engine: Engine, *, with_volumes: bool) -> None:
    """Stop and remove every container and network of the project; its volumes too, if asked.

    podman-compose forgets the second container of a service and the volumes without a name.
    """
    if engine.is_podman:
        for one in reversed(engine.containers()):
            engine.run("rm", "--force", "--volumes", "--time", "40", one.name)
    engine.compose("down", "--timeout", "40", *(["--volumes"] if with_volumes else []))
