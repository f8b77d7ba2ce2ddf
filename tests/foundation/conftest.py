"""What do the foundation's tests share?"""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings

from tests.databases import url_of_the_test
from tests.foundation.waiting import wait_until
from tests.servers.ports import free_port
from tests.servers.postgres import postgres_url as postgres_url
from tests.servers.seaweedfs import s3_server as s3_server
from tests.stores import folders as folders


@dataclass
class WorkerProcess:
    """A real ``work`` command on the database of the test."""

    process: "subprocess.Popen[bytes]"
    port: int

    def answers(self, path: str) -> tuple[int, str]:
        """Return status and body of its health; (0, "") while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.answers("/readyz")[0] == 200)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., WorkerProcess]]:
    """Start workers that are killed at the end of the test."""
    started: list[WorkerProcess] = []

    def start(name: str = "worker", *arguments: str) -> WorkerProcess:
        port = free_port()
        command = [sys.executable, "-m", "tests.foundation.example.manage", "work", "--name", name]
        process = subprocess.Popen([*command, "--health-port", str(port), *arguments], env=example_environment())
        started.append(WorkerProcess(process, port))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def example_environment() -> dict[str, str]:
    """Return the environment in which the example's command line sees the database of the running test."""
    settings_module = {"DJANGO_SETTINGS_MODULE": "tests.foundation.settings"}
    return os.environ | settings_module | {"DATABASE_URL": url_of_the_test(), "QUEUE_URL": settings.QUEUE_URL}
