"""What do the tests of the local instance share?"""

import socket
from pathlib import Path

import pytest

from infra.local.places import LOOPBACK


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name has a space and a letter beyond ASCII, as people's folders have."""
    made = tmp_path / "été data"
    made.mkdir()
    return made
