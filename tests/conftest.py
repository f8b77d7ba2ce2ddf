"""What do the tests of all areas share?"""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The DATA_DIR of this run: fresh, and removed afterwards."""
    return Path(os.environ["DATA_DIR"])


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return Path(__file__).resolve().parents[1]
