"""Does granian serve from one process, and end when it is asked to?"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.chain.expecting import wait_for
from infra.local.launcher.health import probe
from infra.local.launcher.memory import family_of, resident_kb
from infra.local.places import ROOT, address

APPLICATION = """
import importlib.util, sys

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [" ".join(name for name in ("requests", "psycopg") if sys.modules.get(name)).encode() or b"none"]
"""


@pytest.fixture
def server(folder: Path, free_port: int) -> Iterator[subprocess.Popen[bytes]]:
    (folder / "small_application.py").write_text(APPLICATION)
    argv = (sys.executable, "-m", "infra.local.serve", "small_application:application", str(free_port))
    started = subprocess.Popen(argv, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{folder}"})
    wait_for("The server's answering", lambda: probe(free_port, "/") is None)
    yield started
    started.kill()
    started.wait()


def test_one_process_serves_and_stops_when_asked(server: subprocess.Popen[bytes], free_port: int) -> None:
    assert httpx.get(address(free_port), trust_env=False).text == "none"
    assert family_of(server.pid) == (server.pid,)
    assert (resident_kb(server.pid) or 0) < 60_000

    server.send_signal(signal.SIGTERM)

    assert server.wait(timeout=10) == 0


def test_an_application_that_cannot_be_loaded_ends_the_server(free_port: int) -> None:
    argv = (sys.executable, "-m", "infra.local.serve", "infra.local.nowhere:application", str(free_port))

    ended = subprocess.run(argv, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=30, check=False)

    assert ended.returncode != 0
    assert b"No module named 'infra.local.nowhere'" in ended.stderr
