"""A real nginx for the tests that need one: our configuration, its doors on free ports, before servers of the test.

A test says ``with running_nginx(delivery="http://127.0.0.1:1234") as doors: …``.
"""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.containers.secrets import make_secrets
from infra.quality.areas import ROOT
from tests.servers.ports import free_port

SOURCE = ROOT / "infra" / "docker" / "nginx"
PORTS = {"editing": 8000, "delivery": 8001, "newsletter": 8002, "uploads": 8009, "mails": 8025, "partner_site": 8080}
INSIDE = 8099
NOBODY = "http://127.0.0.1:9"  # the port of the discard service: refused
_READY_S = 20


class NginxMissing(Exception):
    """This machine has no nginx that the tests could start."""


@dataclass(frozen=True)
class Doors:
    """A running nginx; ``ports`` by door, and what it has logged so far."""

    folder: Path
    ports: dict[str, int]

    def url(self, door: str, path: str) -> str:
        return f"https://127.0.0.1:{self.ports[door]}{path}"

    @property
    def certificate(self) -> str:
        return str(self.folder / "secrets" / "tls_certificate.pem")

    def logged(self) -> str:
        return (self.folder / "log").read_text()


def prepared_folder(folder: Path) -> dict[str, int]:
    """Put configuration with free ports, certificate and start script into ``folder``; return the ports by door."""
    if shutil.which("nginx") is None:
        raise NginxMissing("no nginx on this machine")
    make_secrets(folder / "secrets")
    for name in ("certificate", "key"):
        shutil.copy(folder / "secrets" / f"tls_{name}.pem", folder / "secrets" / f"tls_{name}")
    ports = {door: free_port() for door in PORTS}
    chosen = {str(PORTS[door]): str(port) for door, port in ports.items()} | {str(INSIDE): str(free_port())}
    shutil.copytree(SOURCE, folder / "source")
    for path in (folder / "source").glob("*.conf"):
        path.write_text(
            re.sub(r"(listen (?:127\.0\.0\.1:)?)(\d+)", lambda found: found[1] + chosen[found[2]], path.read_text())
        )
    return ports


def start_command(folder: Path, configuration: str, servers: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the command that the container runs, and its environment."""
    servers = dict.fromkeys(("EDITING", "DELIVERY", "NEWSLETTER", "MAILS", "PARTNER_SITE", "S3"), NOBODY) | servers
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "RUN_DIR": str(folder / "run"),
        "SECRETS_DIR": str(folder / "secrets"),
        "RESOLVER": "127.0.0.1",
        "PUBLIC_BUCKET": servers.pop("BUCKET", "make-it-safe-public"),
        **{f"{name}_SERVER": url for name, url in servers.items()},
    }
    return ["sh", str(folder / "source" / "start.sh"), configuration], environment


@contextmanager
def running_nginx(**servers: str) -> Iterator[Doors]:
    """Start nginx before ``editing=``, ``delivery=`` …, ``s3=`` and ``bucket=``; skips the test where there is none."""
    folder = Path(tempfile.mkdtemp(prefix="make-it-safe-nginx-"))
    folder.chmod(0o755)  # its workers are somebody else when the tests run as root
    try:
        ports = prepared_folder(folder)
        (folder / "secrets").chmod(0o755)
        command, environment = start_command(folder, "nginx.conf", {name.upper(): url for name, url in servers.items()})
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            doors = Doors(folder, ports)
            _wait_until_ready(doors, process)
            yield doors
        finally:
            process.terminate()
            process.wait(20)
    except NginxMissing as missing:
        pytest.skip(str(missing))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(doors: Doors, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            httpx.get(doors.url("delivery", "/metrics"), verify=False, timeout=2, trust_env=False)  # noqa: S501
            return
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"nginx did not start: {doors.logged()[-500:]}") from None
            time.sleep(0.05)
