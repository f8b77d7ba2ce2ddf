"""How does a test run find its settings and its data? A pytest plugin, loaded first by pyproject.toml.

``python -m pytest tests/foundation`` picks the settings of that area and a data folder of its own, gone afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

from infra.quality.areas import areas_of

_SETTINGS = "DJANGO_SETTINGS_MODULE"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Choose settings and data folder before pytest-django looks for them."""
    os.environ["ENVIRONMENT"] = "test"
    os.environ["DATA_DIR"] = _new_data_dir()
    if "STORAGE_URL" in os.environ:
        os.environ["STORAGE_URL"] = _with_own_buckets(os.environ["STORAGE_URL"])
    if _SETTINGS not in os.environ:
        settings = _settings_for(early_config.known_args_namespace.file_or_dir)
        if settings:
            os.environ[_SETTINGS] = settings
    return (yield)


def pytest_unconfigure() -> None:
    """Remove what this run wrote."""
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


def _settings_for(paths: list[str]) -> str:
    if not paths:
        raise pytest.UsageError("Each area of tests has its own settings: name one folder, or run ./hub test.")
    areas = areas_of(paths) - {None}  # values of options that pytest doesn't know yet lie in no area
    if len(areas) > 1:
        raise pytest.UsageError("These tests lie in areas with settings of their own: run them with ./hub test.")
    return "".join(area.settings_module for area in areas if area)


def _with_own_buckets(url: str) -> str:
    """Return ``url`` with names of buckets that no other process of tests uses."""
    path, question, query = url.partition("?")
    return f"{path}-{uuid4().hex[:8]}{question}{query}"


def _new_data_dir() -> str:
    """Return a fresh folder; the processes of one parallel run have one each."""
    return str(Path(tempfile.mkdtemp(prefix="make-it-safe-tests-")).resolve())
