"""Which program runs the containers here, and how is it asked? Docker with compose, or podman with podman-compose."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from infra.local.places import ROOT

PROJECT = "make-it-safe"
DEMO = ("--profile", "demo")


class EngineMissing(Exception):
    """Nothing here runs containers; the message says what to install."""


class EngineFailed(Exception):
    """The engine did not do what it was asked; the message ends with what it said."""


@dataclass(frozen=True)
class Container:
    """One container of the project; ``pid`` is that of its first process as this machine sees it, or 0."""

    name: str
    service: str
    status: str
    pid: int
    image: str
    image_id: str


@dataclass(frozen=True)
class Engine:
    """``program`` is docker or podman; ``environment`` is added to ours, for what the compose file reads from it."""

    program: str
    compose_command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    root: Path = ROOT

    @property
    def is_podman(self) -> bool:
        return self.program == "podman"

    def run(self, *arguments: str, input_text: str | None = None) -> str:
        """Run ``docker …`` and return what it prints; EngineFailed."""
        return self._said((self.program, *arguments), input_text=input_text)

    def succeeds(self, *arguments: str) -> bool:
        done = subprocess.run((self.program, *arguments), capture_output=True, check=False, env=self._environment)
        return done.returncode == 0

    def compose(self, *arguments: str) -> str:
        """Run ``docker compose …`` on our file; EngineFailed."""
        return self._said((*self.compose_command, *self._files, *DEMO, *arguments))

    @cached_property
    def _files(self) -> tuple[str, ...]:
        """Return the files: under podman here, with what podman can't do left out."""
        extra = ("--file", str(self.root / "infra/containers/podman.yml")) if self.is_podman else ()
        return ("--file", str(self.root / "docker-compose.yml"), *extra)

    @cached_property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def _said(self, command: Sequence[str], *, input_text: str | None = None) -> str:
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self._environment,
            input=input_text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise EngineFailed(f"{' '.join(command[:6])} … ended with {done.returncode}: {done.stdout[-2000:]}")
        return done.stdout

    def containers(self) -> list[Container]:
        """Return the project's containers, those that have ended too."""
        listed = self.run("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}").split()
        return [_container(found) for found in (json.loads(self.run("inspect", *listed)) if listed else [])]

    def of(self, service: str) -> list[Container]:
        return [one for one in self.containers() if one.service == service]

    def inside(self, service: str, *command: str) -> str:
        """Run a command in a container of ``service``; EngineFailed."""
        return self.run("exec", self.of(service)[0].name, *command)


def _container(found: dict[str, dict[str, object]]) -> Container:
    state, configuration = found["State"], found["Config"]
    labels = configuration["Labels"]
    return Container(
        name=str(found["Name"]).lstrip("/"),
        service=str(labels["com.docker.compose.service"]) if isinstance(labels, dict) else "",
        status=str(state["Status"]),
        pid=int(str(state["Pid"])),
        image=str(configuration["Image"]),
        image_id=str(found["Image"]).removeprefix("sha256:"),
    )


def engine_here(environment: Mapping[str, str]) -> Engine:
    """Return the engine of this machine; EngineMissing."""
    docker = shutil.which("docker")
    if docker and _answers("docker", "compose", "version"):
        return Engine("docker", ("docker", "compose"), environment)
    if shutil.which("podman") and shutil.which("podman-compose"):
        return Engine("podman", ("podman-compose", "--in-pod", "false"), environment)
    raise EngineMissing("Install Docker with its compose, or podman with podman-compose.")


def _answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
