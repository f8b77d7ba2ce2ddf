"""How does ``.venv`` come to hold exactly the packages of a lock file?

Run by ``hub`` with the system's Python 3.11, before any package is there: the standard library only.
``.venv/.made-from-runtime`` and ``-dev`` hold the ``cksum`` of the lock they were made from; without one, what was left
by an interrupted run is made again from nothing.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SETS = {"runtime": ("runtime",), "dev": ("dev", "runtime")}  # the development packages include those of the runtime
VENV_MISSING = (
    "Python's venv module cannot make an environment with pip here. "
    "Install it (Debian and Ubuntu: sudo apt install python3.11-venv), then run this again."
)
PIP_FAILED = "The packages could not be installed; pip's reason is above. Is there a network, or a cache of packages?"


class PackagesMissing(Exception):
    """``.venv`` could not be made; the message says what to do."""


def checksum(path: Path) -> str:
    """Return what ``cksum`` of POSIX prints for the file: the form ``hub`` compares with."""
    with path.open("rb") as content:
        return subprocess.run(["cksum"], stdin=content, capture_output=True, check=True, text=True).stdout.strip()


def is_made(venv: Path, requirements: Path, wanted: str) -> bool:
    stamp = venv / f".made-from-{wanted}"
    has_python = os.access(venv / "bin" / "python", os.X_OK)
    return has_python and stamp.is_file() and stamp.read_text().strip() == checksum(requirements / f"{wanted}.lock")


def is_whole(venv: Path) -> bool:
    """Tell whether a finished installation lies here, to which packages may be added."""
    return os.access(venv / "bin" / "python", os.X_OK) and any(venv.glob(".made-from-*"))


def make_empty(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, check=False)
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise PackagesMissing(VENV_MISSING)


def install(venv: Path, lock: Path) -> None:
    """Install what ``lock`` says, each file checked against its hash; it is complete, so nothing is resolved."""
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
    done = subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(lock)], check=False, stdout=sys.stderr)
    if done.returncode:
        raise PackagesMissing(PIP_FAILED)


def make(root: Path, wanted: str) -> None:
    venv, requirements = root / ".venv", root / "requirements"
    lock = requirements / f"{wanted}.lock"
    if not is_whole(venv):
        make_empty(venv)
    for stamp in venv.glob(".made-from-*"):
        stamp.unlink()
    install(venv, lock)
    for name in SETS[wanted]:
        (venv / f".made-from-{name}").write_text(checksum(requirements / f"{name}.lock") + "\n")


def main(root: Path, wanted: str) -> int:
    holder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(holder, fcntl.LOCK_EX)  # a second start waits for the first one's work
    if is_made(root / ".venv", root / "requirements", wanted):
        return 0
    print(f"hub: Installing the Python packages into {root / '.venv'} (first use; about a minute) …", file=sys.stderr)
    started = time.monotonic()
    try:
        make(root, wanted)
    except PackagesMissing as error:
        print(f"hub: {error}", file=sys.stderr)
        return 1
    print(f"hub: Packages ready after {time.monotonic() - started:.0f} s.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2]))
