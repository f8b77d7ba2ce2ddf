"""Which ports may a server of the tests take?

Below those the system hands out for connections to others: a server that is killed and started again must find its own.
"""

import socket
from collections.abc import Iterator
from itertools import chain
from random import SystemRandom
from threading import Lock

_FIRST, _LAST = 10_000, 19_999
_taking = Lock()


def _candidates() -> Iterator[int]:
    """Return every port once, from a random one on: other processes look at the same time."""
    start = SystemRandom().randint(_FIRST, _LAST)
    return chain(range(start, _LAST + 1), range(_FIRST, start))


_untried = _candidates()


def free_port() -> int:
    """Return a port of the loopback nobody listens on at this moment; never the same one twice in this process."""
    with _taking:
        return next(port for port in _untried if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
