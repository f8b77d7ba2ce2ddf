"""Which files are ours? Those git tracks and those it would track."""

import subprocess
from functools import cache
from pathlib import Path

from infra.quality.areas import ROOT

TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".yaml", ".json", ".txt", ".sh", ".mjml", ".xml", ".svg"}


@cache
def our_files() -> tuple[Path, ...]:
    """Return every file of the repository, relative to its root, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted(Path(name) for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def files_with(*suffixes: str) -> tuple[Path, ...]:
    """Return our files with one of these suffixes; migrations are nobody's prose and left out."""
    return tuple(path for path in our_files() if path.suffix in suffixes and "migrations" not in path.parts)


def text_files() -> tuple[Path, ...]:
    """Return our files that hold text written by people, scripts without a suffix included."""
    return tuple(path for path in our_files() if path.suffix in TEXT or not path.suffix)


def source(path: Path) -> str:
    """Return the text of one of our files."""
    return (ROOT / path).read_text(encoding="utf-8")
