"""Does the doctor find what is wrong, and say what to do?"""

import socket
from pathlib import Path

import pytest

from infra.local.chain.instance import free_ports
from infra.local.doctor import examine
from infra.local.places import LOOPBACK, Place
from infra.local.secrets import secrets_of


@pytest.fixture
def place(folder: Path) -> Place:
    return Place(data=folder / "var", ports=free_ports())


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_machine_on_which_all_is_well(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert examine(place) == 0
    assert lines(capsys)[-1] == "Nothing is in the way."


def test_a_busy_port_is_named_with_a_way_out(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((LOOPBACK, place.ports.delivery)):
        code = examine(place)

    said = next(line for line in lines(capsys) if "Ports" in line)
    assert code == 1
    assert f"in use: {place.ports.delivery} (delivery)." in said
    assert "--port-base" in said


def test_secrets_that_others_can_read_are_found(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    secrets_of(place.secrets_file)
    place.secrets_file.chmod(0o644)

    assert examine(place) == 1
    assert any(f"chmod 600 {place.secrets_file}" in line for line in lines(capsys))


def test_an_ffmpeg_that_is_none_is_found(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FFMPEG", "/nowhere/ffmpeg")

    assert examine(place) == 1
    assert any("FFMPEG names /nowhere/ffmpeg" in line for line in lines(capsys))
