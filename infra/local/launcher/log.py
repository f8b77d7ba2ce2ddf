"""How do the lines of many processes become one readable log?"""

import sys
import threading
from typing import TextIO

# Distinguishable on dark and on light backgrounds (ANSI 256 colours), one per process.
PALETTE = (37, 173, 68, 108, 175, 136, 74, 143, 139, 180)
WIDTH = 15


class Log:
    """Writes whole lines, each with the name of its process; coloured on request."""

    def __init__(self, stream: TextIO | None = None, *, is_coloured: bool = False) -> None:
        self._stream = stream or sys.stdout
        self._is_coloured = is_coloured
        self._turn = threading.Lock()
        self._colours: dict[str, int] = {}
        self.is_lost = False

    def line(self, name: str, text: str) -> None:
        """Write one line of the process ``name``."""
        self._write(f"{self._prefix(name)} {text.rstrip()}\n")

    def say(self, text: str = "") -> None:
        """Write a line of the launcher itself, without a prefix."""
        self._write(text + "\n")

    def _prefix(self, name: str) -> str:
        label = f"{name:<{WIDTH}}|"
        if not self._is_coloured:
            return label
        colour = self._colours.setdefault(name, PALETTE[len(self._colours) % len(PALETTE)])
        return f"\x1b[38;5;{colour}m{label}\x1b[0m"

    def _write(self, text: str) -> None:
        with self._turn:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):  # the terminal or the pipe has gone: nobody reads any more
                self.is_lost = True
