"""How do tests wait? On a condition, with a limit."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], *, limit_s: float = 20) -> None:
    """Return as soon as ``condition`` holds; AssertionError after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {limit_s} s for {condition}"
        time.sleep(0.02)
