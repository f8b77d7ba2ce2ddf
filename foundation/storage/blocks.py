"""How are the bytes of a stored file handed out, part by part?"""

from collections.abc import Iterator
from typing import Protocol, Self

BLOCK_BYTES = 64 * 1024  # what is handed out at once
CHUNK_BYTES = 1 << 20  # what an uploaded file is read in


class Readable(Protocol):
    """What can be read to its end and closed."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        ...

    def close(self) -> None:
        """Give back what reading took."""
        ...


class Blocks:
    """The next ``size_bytes`` of an open stream in blocks of 64 KiB, so that a long film takes little memory."""

    def __init__(self, stream: Readable, size_bytes: int) -> None:
        self._stream = stream
        self._left = size_bytes

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self._stream.read(min(BLOCK_BYTES, self._left)) if self._left > 0 else b""
        if not block:
            self.close()
            raise StopIteration
        self._left -= len(block)
        return block

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Called by Django when a response has been sent or given up."""
        self._left = 0
        self._stream.close()
