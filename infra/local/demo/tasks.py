"""Which demo content is still to be loaded? Each part is a process of its own, with the settings of its deployable."""

import zlib
from pathlib import Path

from infra.local.launcher.processes import Process, python
from infra.local.places import Place

HERE = Path(__file__).parent
LOADERS = {"newsletter": "infra.local.demo.subscribers", "cms": "infra.local.demo.load"}  # readers before issues


def demo_tasks(place: Place, known: dict[str, dict[str, str]], after: tuple[str, ...]) -> tuple[Process, ...]:
    """Return what loads the content, once everything of ``after`` is ready; nothing when it has been loaded already."""
    tasks: list[Process] = []
    for name in LOADERS:
        if not is_loaded(place.data, name):
            argv = python(LOADERS[name], str(place.data), str(place.ports.base))
            before = (*after, *(task.name for task in tasks))
            tasks.append(Process(f"{name}-content", argv, known[name], after=before, runs_once=True))
    return tuple(tasks)


def is_loaded(data: Path, name: str) -> bool:
    mark = _mark(data, name)
    return mark.exists() and mark.read_text() == fingerprint()


def note_loaded(data: Path, name: str) -> None:
    _mark(data, name).write_text(fingerprint())


def _mark(data: Path, name: str) -> Path:
    return data / f"demo-{name}.txt"


def fingerprint() -> str:
    """Return a checksum of the texts of the demo: when they change, what is new is loaded."""
    sum_so_far = 0
    for path in sorted((HERE / "content").glob("*.py")):
        sum_so_far = zlib.crc32(path.read_bytes(), sum_so_far)
    return f"{sum_so_far:08x}"
