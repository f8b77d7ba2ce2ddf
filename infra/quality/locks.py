"""Are the lock files those of pyproject.toml? Each names the digest of the dependencies it was made from."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from infra.quality.areas import ROOT

_RUNTIME = ("cms", "transcoder", "newsletter", "local")
EXTRAS = {
    "runtime": _RUNTIME,
    "dev": (*_RUNTIME, "dev"),
    # What the image of one deployable holds: the same versions, and nothing of the others (no film tools for the CMS)
    "cms": ("cms",),
    "transcoder": ("transcoder",),
    "newsletter": ("newsletter",),
    "demo": ("local",),
}
_MARK = "# sha256 of the dependencies in pyproject.toml: "


def check() -> list[str]:
    """Return what is stale or unsafe in the lock files."""
    return [complaint for name in EXTRAS for complaint in complaints_about(name, _text(name))]


def complaints_about(name: str, text: str) -> list[str]:
    """Return what is wrong with the lock ``name`` that reads ``text``."""
    complaints = []
    if text.partition("\n")[0] != _MARK + _digest(name):
        complaints.append(f"requirements/{name}.lock is older than pyproject.toml: run ./hub fix.")
    unhashed = re.findall(r"^([A-Za-z0-9._-]+)==[^\\\n]*$", text, re.MULTILINE)
    complaints += [f"requirements/{name}.lock: {package} has no hash." for package in unhashed]
    if "://" in text:
        complaints.append(f"requirements/{name}.lock names an address; locks are made without.")
    return complaints


def renew() -> list[str]:
    """Compile the locks that are stale; return their names. Needs a package index."""
    stale = [name for name in EXTRAS if complaints_about(name, _text(name))]
    for name in stale:
        _compile(name)
        lock = _lock(name)
        lock.write_text(f"{_MARK}{_digest(name)}\n{lock.read_text()}")
    return stale


def _compile(name: str) -> None:
    extras = [f"--extra={extra}" for extra in EXTRAS[name]]
    constraint = [] if name == "runtime" else ["--constraint=requirements/runtime.lock"]
    options = ["--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header", "--python-version=3.11"]
    output = f"--output-file=requirements/{name}.lock"
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *extras, *constraint, *options, output]
    subprocess.run(command, cwd=ROOT, check=True)


def _digest(name: str) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in EXTRAS[name])]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _text(name: str) -> str:
    lock = _lock(name)
    return lock.read_text() if lock.exists() else ""


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"
