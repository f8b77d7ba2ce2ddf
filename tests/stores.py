"""What lies in a store, whatever kind of store the tests run on?

A ``conftest.py`` whose tests are about folders says ``from tests.stores import folders as folders``.
"""

from pathlib import Path
from typing import Any

import pytest

from foundation.configuration import storages_from
from foundation.storage import Store


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> None:
    """Keep the files of a test in folders, whatever STORAGE_URL names."""
    made = storages_from((tmp_path / "stores").as_uri(), data_dir=tmp_path)
    settings.STORAGES = {**settings.STORAGES, **{name: made[name] for name in ("default", "private", "public")}}


def keys_below(store: Store, folder: str) -> list[str]:
    """Return the keys of every file below ``folder``, sorted."""
    return [file.key for file in store.keys(f"{folder}/")]


def bytes_of(store: Store, key: str) -> bytes:
    """Return what a file holds."""
    with store.read(key) as blocks:
        return b"".join(blocks)
