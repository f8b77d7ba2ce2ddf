"""Which demo content is still to be loaded? Each part is a process of its own, with the settings of its deployable."""

import hashlib
from pathlib import Path

from infra.local.launcher.processes import Process, python
from infra.local.places import Place

HERE = Path(__file__).parent
LOADERS = {"cms": "infra.local.demo.load", "newsletter": "infra.local.demo.subscribers"}


def demo_tasks(place: Place, known: dict[str, dict[str, str]], after: tuple[str, ...]) -> tuple[Process, ...]:
    """Return what loads the content, once everything of ``after`` is ready; nothing when it has been loaded already."""
    due = [name for name in LOADERS if not is_loaded(place.data, name)]
    argv = {name: python(LOADERS[name], str(place.data), str(place.ports.base)) for name in due}
    return tuple(Process(f"{name}-content", argv[name], known[name], after=after, runs_once=True) for name in due)


def is_loaded(data: Path, name: str) -> bool:
    mark = _mark(data, name)
    return mark.exists() and mark.read_text() == fingerprint()


def note_loaded(data: Path, name: str) -> None:
    _mark(data, name).write_text(fingerprint())


def _mark(data: Path, name: str) -> Path:
    return data / f"demo-{name}.txt"


def fingerprint() -> str:
    """Return a hash of the texts of the demo: when they change, what is new is loaded."""
    digest = hashlib.sha256()
    for path in sorted((HERE / "content").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
