"""How is a server loaded and what does it cost? wrk from outside, processor time from /proc."""

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SECONDS = 6
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figure:
    """Requests per second, and milliseconds of processor time that the server took for one."""

    requests_per_s: float
    cpu_ms: float


@dataclass(frozen=True)
class Server:
    """A running server on the loopback."""

    process: "subprocess.Popen[bytes]"
    port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def cpu_s(self) -> float:
        """Return the processor time of the server and its workers so far."""
        return sum(_cpu_s(pid) for pid in _family(self.process.pid))

    def rss_mb(self) -> float:
        return sum(_rss_mb(pid) for pid in _family(self.process.pid))


@contextmanager
def serving(command: Sequence[str], *, port: int, ready: str, environment: dict[str, str]) -> Iterator[Server]:
    """Start a server, wait until it answers at ``ready``, and stop it afterwards."""
    process = subprocess.Popen(
        command, env=os.environ | environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    server = Server(process, port)
    try:
        _wait_for(server, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def measure(server: Server, path: str, *, headers: dict[str, str] | None = None, script: Path | None = None) -> Figure:
    """Load one address, or those a script of wrk chooses, after a warm-up of a second."""
    _wrk(server.url(path), 1, headers or {}, script)
    before = server.cpu_s()
    output = _wrk(server.url(path), SECONDS, headers or {}, script)
    spent = server.cpu_s() - before
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if errors:
        raise RuntimeError(f"{errors[1]} requests to {path} were not answered well.")
    count = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if not count or not rate:
        raise RuntimeError(f"wrk said nothing of use: {output[-300:]}")
    return Figure(float(rate[1]), spent * 1000 / int(count[1]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def granian(application: str, port: int, python: str) -> list[str]:
    """Return the command line of the server on both sides: two workers, as many threads as keep them busy."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    return [
        python,
        "-m",
        "granian",
        *options,
        "--blocking-threads",
        "2",
        "--no-ws",
        "--log-level",
        "error",
        application,
    ]


def _wrk(url: str, seconds: int, headers: dict[str, str], script: Path | None) -> str:
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    options += ["-s", str(script)] if script else []
    command = ["wrk", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", *options, url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _wait_for(server: Server, path: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(server.url(path), timeout=10) as response:  # noqa: S310 - the loopback
                response.read()
            return
        except OSError as error:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not answer at {path}: {error}") from error
            time.sleep(0.1)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576
