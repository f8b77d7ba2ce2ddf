"""Which images does the compose file need, and where do they come from?

Ours are built. Those of others are pulled; where no registry is reached, Debian's packages stand in for them
(``stand-ins/``), made by ``containers/setup`` of a folder ``shared`` beside the project.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.containers.engine import Engine, EngineFailed
from infra.local.places import ROOT

HERE = Path(__file__).resolve().parent
SETUP = ROOT.parent / "shared" / "containers" / "setup"
TARGETS = ("cms", "transcoder", "newsletter", "demo")
PYTHON = "docker.io/library/python:3.11-slim-bookworm"
PIP_CONFIGURATION = Path("/etc/pip.conf")


@dataclass(frozen=True)
class ThirdImage:
    """An image of others, and the Debian packages that stand in for it."""

    name: str
    packages: tuple[str, ...]
    stand_in: str = ""


THIRD_IMAGES = (
    ThirdImage(PYTHON, ()),
    ThirdImage("docker.io/library/postgres:17", ("postgresql",), "postgres"),
    ThirdImage("docker.io/library/rabbitmq:4", ("rabbitmq-server",), "rabbitmq"),
    ThirdImage("docker.io/library/nginx:1.28", ("nginx-light",)),
    ThirdImage("docker.io/chrislusf/seaweedfs:4.48", ("wget",), "seaweedfs"),
)


def provide(engine: Engine) -> None:
    """See that every image is here; EngineFailed where one can be neither pulled nor stood in for."""
    for image in THIRD_IMAGES:
        if not (engine.succeeds("image", "inspect", image.name) or engine.succeeds("pull", "--quiet", image.name)):
            _stand_in(engine, image)
    for target in TARGETS:
        build(engine, target)


def build(engine: Engine, target: str) -> None:
    """Build one of ours; what has not changed since the last time is taken from there."""
    options = ["--quiet", "--file", "infra/docker/Dockerfile", "--target", target, "--tag", f"{name_of(target)}:latest"]
    if engine.is_podman:
        options += ["--isolation", "chroot", "--network", "host"]
        if PIP_CONFIGURATION.exists():
            options += ["--volume", f"{PIP_CONFIGURATION}:{PIP_CONFIGURATION}:ro"]
    engine.run("build", *options, str(engine.root))


def name_of(target: str) -> str:
    return f"make-it-safe/{target}"


def _stand_in(engine: Engine, image: ThirdImage) -> None:
    if not (engine.is_podman and SETUP.exists()):
        raise EngineFailed(f"{image.name} can't be pulled, and nothing here can stand in for it.")
    print(f"{image.name} can't be pulled: Debian's packages stand in for it.", flush=True)
    base = f"localhost/stand-in-base/{image.stand_in}" if image.stand_in else image.name
    _make_base(base, image.packages)
    if image.stand_in:
        with tempfile.TemporaryDirectory(prefix="make-it-safe-stand-in-") as folder:
            context = Path(shutil.copytree(HERE / "stand-ins", folder, dirs_exist_ok=True))
            if image.stand_in == "seaweedfs":
                _bring_weed(context)
            file = f"{image.stand_in}.Containerfile"
            options = ("--isolation", "chroot", "--build-arg", f"BASE={base}", "--file", str(context / file))
            engine.run("build", "--quiet", *options, "--tag", image.name, str(context))


def _make_base(name: str, packages: tuple[str, ...]) -> None:
    done = subprocess.run(
        (SETUP, name, *packages), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise EngineFailed(f"{SETUP} did not make {name}: {done.stdout[-500:]}")


def _bring_weed(context: Path) -> None:
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        raise EngineFailed("SeaweedFS is not in .venv: run ./hub test once, which installs it.")
    shutil.copy(program, context / "weed")
