"""A real Prometheus that runs our own configuration against processes of the tests, and is gone afterwards."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.servers.ports import free_port

OURS = Path(__file__).resolve().parents[2] / "infra" / "monitoring"
_READY_S = 30


@dataclass
class Prometheus:
    """``infra/monitoring/prometheus.yml`` with each job's targets replaced by one of the tests'."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def configure(self, targets: Mapping[str, str], *, key: str) -> None:
        """Write the configuration; KeyError if a job of ours has no target."""
        ours = yaml.safe_load((OURS / "prometheus.yml").read_text())
        (self.folder / "key").write_text(key)
        for job in ours["scrape_configs"]:
            del job["dns_sd_configs"]
            job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
            job["authorization"] = {"credentials_file": str(self.folder / "key")}
        ours["global"] |= {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        shutil.copy(OURS / "alerts.yml", self.folder)
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(ours))

    def start(self) -> None:
        """Start it and wait until it answers; TimeoutError if it doesn't."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (
                    "prometheus",
                    f"--config.file={self.folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self.folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                ),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _READY_S
        while not self._answers("/-/ready"):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def ask(self, query: str) -> list[dict[str, Any]]:
        """Return what an instant query finds: each with ``metric`` (labels) and ``value``."""
        answer = httpx.get(self._url("/api/v1/query"), params={"query": query}, timeout=10, trust_env=False)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
        return found

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(self._url(path), timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def running_prometheus(folder: Path, targets: Mapping[str, str], *, key: str = "no key") -> Iterator[Prometheus]:
    """Yield a Prometheus that asks ``targets``; the test is skipped where there is none."""
    if shutil.which("prometheus") is None:
        pytest.skip("no Prometheus (package prometheus) on this machine")
    server = Prometheus(folder)
    server.configure(targets, key=key)
    try:
        server.start()
        yield server
    finally:
        server.kill()
