"""How is the editing process run beside a test, so that it can be killed?"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.databases import url_of_the_test

READY_S = 60


@dataclass
class EditingProcess:
    """A real one, on the database of the test; ``environment`` says where its store is."""

    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "infra.local.serve", "cms.config.wsgi:application", str(self.port)]
        own = {
            "DJANGO_SETTINGS_MODULE": "cms.config.settings",
            "EDITING_URL": self.url,
            "DATABASE_URL": url_of_the_test(),
        }
        root = Path(__file__).resolve().parents[3]
        environment = {**os.environ, "ENVIRONMENT": "test", "PYTHONPATH": str(root), **own, **self.environment}
        self.process = subprocess.Popen(command, cwd=root, env=environment)
        deadline = time.monotonic() + READY_S
        while not self._answers():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait(30)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False
