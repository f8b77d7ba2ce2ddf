"""How do tests wait for a worker and its ffmpeg? On a condition, with a limit."""

import time
from collections.abc import Callable
from pathlib import Path


def wait_until(condition: Callable[[], object], *, limit_s: float = 30) -> None:
    """Return as soon as ``condition`` holds; AssertionError after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {limit_s} s for {condition}"
        time.sleep(0.02)


def wait_until_encoding(parent: int, work: Path) -> int:
    """Return the process id of the ffmpeg below ``parent`` once it has written something below ``work``."""
    wait_until(lambda: encoders_of(parent) and any(path.stat().st_size for path in work.glob("encoded/*")))
    return encoders_of(parent)[0]


def encoders_of(parent: int) -> list[int]:
    return [child for child in children_of(parent) if "ffmpeg" in command_of(child)]


def children_of(parent: int) -> list[int]:
    """Return the processes that ``parent``, or one of its threads, has started."""
    listed = [path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children")]
    return [int(word) for line in listed for word in line.split()]


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ").split(" -")[0]
    except OSError:
        return ""


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
