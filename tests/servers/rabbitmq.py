"""A real RabbitMQ for the tests that need one: a node of its own in a temporary folder, gone afterwards.

A ``conftest.py`` that wants it says ``from tests.servers.rabbitmq import rabbitmq as rabbitmq``. Nothing is shared with
a RabbitMQ of the machine: name, cookie, ports and port mapper (epmd) are the test's own, and it runs as whoever asks.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers.ports import free_port
from tests.servers.starting import ServerMissing, or_skipped, temporary_folder, wait_until_answering

USER, PASSWORD = "tests", "secret-of-the-tests"
_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # Debian's /usr/sbin one changes to the user rabbitmq
# No spinning: a test machine has few cores, and an idle broker shall leave them to the test.
_ERLANG = "+sbwt none +sbwtdcpu none +sbwtdio none"


@dataclass
class RabbitMQ:
    """A broker whose queues survive ``kill`` and ``start``; ``extra`` are lines of its ``rabbitmq.conf``."""

    folder: Path
    extra: str = ""
    port: int = field(default_factory=free_port)
    cookie: str = field(default_factory=lambda: secrets.token_hex(16))
    process: "subprocess.Popen[bytes] | None" = None
    mapper: "subprocess.Popen[bytes] | None" = None
    _ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))

    @property
    def url(self) -> str:
        """Return the ``QUEUE_URL`` of this broker."""
        return f"amqp://{USER}:{PASSWORD}@127.0.0.1:{self.port}//"

    def url_of(self, host: str) -> str:
        """Return the ``QUEUE_URL`` of a virtual host, which ``add_host`` has made."""
        return f"amqp://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{host}"

    def add_host(self, name: str) -> None:
        """Make a virtual host: queues of the same name in two of them are two queues."""
        binary = f'<<"{name}">>'
        rights = f'<<"{USER}">>, {binary}, <<".*">>, <<".*">>, <<".*">>, <<"tests">>'
        self._evaluate(f'ok = rabbit_vhost:add({binary}, <<"tests">>)')
        self._evaluate(f"ok = rabbit_auth_backend_internal:set_permissions({rights})")

    def _evaluate(self, expression: str) -> None:
        call = ("erl_call", "-n", self.node, "-c", self.cookie, "-e")
        shown = f'lists:flatten(io_lib:format("~0p", [{expression}])).\n'
        done = subprocess.run(
            call,
            env=self.environment(),
            input=shown,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        if not done.stdout.startswith("{ok"):
            raise ServerMissing(f"RabbitMQ refuses {expression}: {done.stdout[:200]}")

    @property
    def node(self) -> str:
        return f"tests-{self.port}@localhost"

    def start(self) -> None:
        """Start the broker, on what it kept if it ran before, and wait until it answers; raises ServerMissing."""
        if not _PROGRAM.exists() or shutil.which("epmd") is None:
            raise ServerMissing("no RabbitMQ server (package rabbitmq-server) on this machine")
        self._configure()
        with (self.folder / "log").open("ab") as log:
            self._start_mapper(log.fileno())
            self.process = subprocess.Popen(
                (_PROGRAM,), stdout=log, stderr=log, cwd=self.folder, env=self.environment(), start_new_session=True
            )
        wait_until_answering(self, lambda: _greets(self.port))

    def kill(self) -> None:
        """End the broker as a power cut does: the whole Erlang machine."""
        _kill_session(self.process)
        _kill_session(self.mapper)
        self.process = self.mapper = None

    def settle(self) -> None:
        """Have it written down which queues there are: a quorum queue younger than a second doesn't survive ``kill``.

        RabbitMQ 3.10 writes its directory of them once a second; a queue it has forgotten never answers again.
        """
        self.ask("[dets:sync(Table) || Table <- dets:all()]")

    def wipe(self) -> None:
        """Take a killed broker's disk away: all it kept is lost."""
        shutil.rmtree(self.folder / "data")

    def ask(self, expression: str) -> str:
        """Return what an Erlang expression is worth in the running broker: what it really does, not what we said.

        Such as ``application:get_env(rabbit, consumer_timeout)``.
        """
        call = ("erl_call", "-n", self.node, "-c", self.cookie, "-e")
        shown = f'lists:flatten(io_lib:format("~0p", [{expression}])).\n'
        done = subprocess.run(
            call, input=shown, env=self.environment(), capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.strip().removeprefix('{ok, "').removesuffix('"}').replace('\\"', '"')

    def environment(self) -> dict[str, str]:
        """Return the environment in which RabbitMQ's programs find this node and no other."""
        mapper, distribution = self._ports
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),  # where the cookie lies
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script becomes the Erlang machine, so we can wait for its end
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }

    def _configure(self) -> None:
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.cookie)
            cookie.chmod(0o400)
        (self.folder / "enabled_plugins").write_text("[].")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.default = 127.0.0.1:{self.port}\n"
            f"default_user = {USER}\ndefault_pass = {PASSWORD}\nloopback_users = none\n"
            f"{self.extra}\ndisk_free_limit.absolute = 50MB\n"
        )

    def _start_mapper(self, log: int) -> None:
        command = ("epmd", "-address", "127.0.0.1")
        self.mapper = subprocess.Popen(
            command, stdout=log, stderr=log, env=self.environment(), cwd="/", start_new_session=True
        )


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """A running RabbitMQ; skips where there is none."""
    with or_skipped(), running_rabbitmq() as server:
        yield server


@contextmanager
def running_rabbitmq(extra: str = "") -> Iterator[RabbitMQ]:
    """Start a broker in a temporary folder and yield it; ServerMissing where that can't be done."""
    with temporary_folder("rabbitmq") as folder:
        server = RabbitMQ(folder, extra)
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _greets(port: int) -> bool:
    """Say whether somebody speaks AMQP there: asked with a wrong greeting, a broker names its own protocol."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x00\x00")
            return connection.recv(8).startswith(b"AMQP")
    except OSError:
        return False


def _kill_session(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
