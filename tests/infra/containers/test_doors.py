"""What do the doors of nginx let through, refuse and write down? Asked of a real nginx; behind it nobody answers."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers.nginx import Doors, NginxMissing, prepared_folder, running_nginx, start_command

TOKEN = "a-token-that-opens-a-subscription"


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with running_nginx() as doors:
        yield doors


@pytest.fixture(scope="module")
def reader(doors: Doors) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cafile=doors.certificate), trust_env=False) as client:
        yield client


@pytest.mark.parametrize("configuration", ["nginx.conf", "demo.conf"])
def test_nginx_understands_its_configuration(configuration: str, tmp_path: Path) -> None:
    try:
        prepared_folder(tmp_path)
    except NginxMissing as missing:
        pytest.skip(str(missing))
    start = tmp_path / "source" / "start.sh"
    start.write_text(start.read_text().replace("exec nginx", "exec nginx -t"))
    command, environment = start_command(tmp_path, configuration, {})

    tried = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (tried.returncode, "test is successful" in tried.stderr, "[warn]" in tried.stderr) == (0, True, False)


@pytest.mark.parametrize(
    ("door", "path"),
    [
        ("editing", "/metrics"),
        ("editing", "/hooks/transcoder"),
        ("delivery", "/metrics"),
        ("newsletter", "/metrics"),
        ("newsletter", "/hooks/cms"),
        ("newsletter", "/v1/campaigns"),
    ],
)
def test_what_is_for_our_own_processes_is_closed(doors: Doors, reader: httpx.Client, door: str, path: str) -> None:
    assert reader.get(doors.url(door, path)).status_code == 404
    assert reader.post(doors.url(door, path)).status_code == 404


def test_only_a_signed_address_may_put_something_into_the_store(doors: Doors, reader: httpx.Client) -> None:
    signed = doors.url("uploads", "/make-it-safe-private/masters/x?partNumber=1&X-Amz-Signature=abc")

    assert reader.put(signed, content=b"x").status_code == 502  # handed on, to nobody in this test
    assert reader.get(signed).status_code == 403
    assert reader.delete(signed).status_code == 403
    assert reader.put(doors.url("uploads", "/make-it-safe-private/masters/x"), content=b"x").status_code == 403


def test_a_body_is_refused_where_none_is_expected(doors: Doors, reader: httpx.Client) -> None:
    assert reader.post(doors.url("newsletter", "/subscribe/"), content=b"x" * 1_100_000).status_code == 413
    assert reader.post(doors.url("editing", "/admin/"), content=b"x" * 1_100_000).status_code == 502


def test_nobody_and_no_token_is_written_down(doors: Doors, reader: httpx.Client) -> None:
    reader.get(doors.url("newsletter", f"/confirm/{TOKEN}?email=somebody@example.org"))

    lines = [json.loads(line) for line in doors.logged().splitlines()]
    assert lines[-1]["status"] == "502"
    assert lines[-1].keys() >= {"time", "method", "seconds", "request_id"}
    for told in (TOKEN, "somebody", "confirm", "127.0.0.1"):
        assert told not in doors.logged()


def test_the_id_of_a_request_is_passed_on_or_made(doors: Doors, reader: httpx.Client) -> None:
    address = doors.url("newsletter", "/subscribe/")

    given = reader.get(address, headers={"X-Request-ID": "one-of-the-browser"})
    forged = reader.get(address, headers={"X-Request-ID": 'x" injected'})

    assert given.headers["X-Request-ID"] == "one-of-the-browser"
    assert len(forged.headers["X-Request-ID"]) == 32


def test_who_comes_without_tls_is_led_to_it(doors: Doors, reader: httpx.Client) -> None:
    plain = reader.get(doors.url("editing", "/admin/?next=1").replace("https://", "http://"))

    assert (plain.status_code, plain.headers["Location"]) == (308, doors.url("editing", "/admin/?next=1"))
