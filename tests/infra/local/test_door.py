"""Does ``hub`` find its way, make .venv once, and say what is missing? A small tree stands for the project."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.places import ROOT

PROGRAM = "import os, sys\nprint(sys.argv[1:], os.getcwd(), os.environ['PYTHONPATH'])\n"
LIMIT_S = 120


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder with a space, whose ``infra.local`` only tells how it was called."""
    root = tmp_path_factory.mktemp("été") / "the project"
    (root / "infra" / "local").mkdir(parents=True)
    (root / "requirements").mkdir()
    shutil.copy(ROOT / "hub", root / "hub")
    shutil.copy(ROOT / "infra" / "local" / "packages.py", root / "infra" / "local" / "packages.py")
    (root / "infra" / "local" / "__main__.py").write_text(PROGRAM)
    for name in ("runtime", "dev"):
        (root / "requirements" / f"{name}.lock").write_text("# nothing\n")
    return root


@pytest.fixture(autouse=True)
def _as_it_was(project: Path) -> Iterator[None]:
    yield
    (project / "requirements" / "runtime.lock").write_text("# nothing\n")


def hub(project: Path, *arguments: str, cwd: Path | None = None, door: Path | None = None, path: str = "") -> list[str]:
    environment = {"PATH": path or os.environ["PATH"], "HOME": os.environ["HOME"]}
    done = subprocess.run(
        ("/bin/sh", str(door or project / "hub"), *arguments),
        cwd=cwd or project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return [str(done.returncode), *done.stdout.splitlines(), *done.stderr.splitlines()]


def test_the_packages_are_installed_once(project: Path) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)

    first = hub(project, "demo", "--data", "a b")
    second = hub(project, "demo", "--data", "a b")

    assert first[0] == second[0] == "0"
    assert sum("Installing the Python packages" in line for line in first) == 1
    assert second == ["0", f"['demo', '--data', 'a b'] {project} {project}"]


def test_a_new_lock_is_installed_at_the_next_start(project: Path) -> None:
    hub(project, "demo")
    (project / "requirements" / "runtime.lock").write_text("# something else\n")

    assert any("Installing the Python packages" in line for line in hub(project, "demo"))
    assert not any("Installing the Python packages" in line for line in hub(project, "demo"))


def test_what_a_killed_installation_left_is_made_again(project: Path) -> None:
    hub(project, "demo")
    for stamp in (project / ".venv").glob(".made-from-*"):
        stamp.unlink()
    (project / ".venv" / "left-over").write_text("half a package")

    assert hub(project, "demo")[0] == "0"
    assert not (project / ".venv" / "left-over").exists()


def test_it_works_from_anywhere_and_through_links(project: Path, tmp_path: Path) -> None:
    hub(project, "demo")
    (tmp_path / "infra").mkdir()  # a folder of the same name where the person stands must not be imported
    (tmp_path / "infra" / "__init__.py").write_text("raise SystemExit('wrong infra')")
    link = tmp_path / "link to hub"
    link.symlink_to(project / "hub")
    second = tmp_path / "second"
    second.symlink_to("link to hub")

    assert hub(project, "doctor", cwd=tmp_path, door=second) == ["0", f"['doctor'] {tmp_path} {project}"]


def test_without_python_3_11_it_says_what_to_install(project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)
    for tool in ("cat", "cksum", "dirname", "readlink"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))

    said = hub(project, "demo", path=str(tmp_path))

    assert said[0] == "1"
    assert said[1].startswith("hub: Python 3.11 was not found. Install it (Debian and Ubuntu: python3.11 and ")


def test_without_ensurepip_it_says_what_to_install(project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)
    python = tmp_path / "python3.11"
    real = shutil.which("python3.11") or shutil.which("python3")
    # Debian's python3 without python3-venv: everything but venv works
    python.write_text(f'#!/bin/sh\ncase "$*" in *"-m venv"*) exit 1;; esac\nexec "{real}" "$@"\n')
    python.chmod(0o755)
    script = (project / "infra" / "local" / "packages.py").read_text()
    stubbed = script.replace("sys.executable", repr(str(python)))
    (project / "infra" / "local" / "packages.py").write_text(stubbed)

    said = hub(project, "demo", path=f"{tmp_path}:{os.environ['PATH']}")
    (project / "infra" / "local" / "packages.py").write_text(script)

    assert said[0] == "1"
    assert "sudo apt install python3.11-venv" in said[-1]
    assert not (project / ".venv").exists()
