"""What do the tests of the whole system share? An empty instance that is made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.chain.check import stopped
from infra.local.chain.instance import Instance, free_ports
from infra.local.chain.scene import Scene
from infra.local.places import Place
from tests.servers.engines import give_engines


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose databases have their tables and nothing else; made by a start of its own."""
    data = tmp_path_factory.mktemp("empty") / "var"
    give_engines(data)
    instance = Instance(Place(data=data, ports=free_ports()))
    try:
        instance.wait_until_ready()
    finally:
        stopped(instance)
    return data


@pytest.fixture
def instance(empty_data: Path, tmp_path: Path) -> Iterator[Instance]:
    """A running instance of its own; afterwards it is stopped, and nothing of it is left."""
    data = tmp_path / "var"
    shutil.copytree(empty_data, data)
    give_engines(data, like=empty_data)
    started = Instance(Place(data=data, ports=free_ports()))
    try:
        started.wait_until_ready()
        yield started
    finally:
        stopped(started)


@pytest.fixture
def scene(instance: Instance) -> Iterator[Scene]:
    made = Scene(instance)
    yield made
    made.close()
