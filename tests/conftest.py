"""What do the tests of all areas share?"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The DATA_DIR of this run: fresh, and removed afterwards."""
    return Path(os.environ["DATA_DIR"])


@pytest.fixture(scope="session", autouse=True)
def _prepared_stores() -> None:
    """Make the buckets of this process where STORAGE_URL names an S3 server."""
    if settings.configured and "S3Store" in settings.STORAGES.get("private", {}).get("BACKEND", ""):
        from foundation.storage import buckets, private_store, public_store

        stores: Any = (private_store(), public_store())
        steps = list(buckets.prepare(*stores, upload_origins=["http://127.0.0.1:8000"]))
        assert buckets.Outcome.REFUSED not in {step.outcome for step in steps}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return Path(__file__).resolve().parents[1]
