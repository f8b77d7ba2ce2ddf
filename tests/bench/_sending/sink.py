"""Where do the mails of the bench go? Postfix's smtp-sink, else a small one of ours, in a process of its own."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.ports import free_port

_SBIN = "/usr/sbin:/usr/local/sbin"


@dataclass(frozen=True)
class Sink:
    """A server that takes every mail and forgets it."""

    port: int
    kind: str
    pid: int


@contextmanager
def sink(*, thinks_ms: int = 0) -> Iterator[Sink]:
    """Run a sink; one that thinks about each mail, as relays do, is ours."""
    program = None if thinks_ms else shutil.which("smtp-sink", path=f"{os.defpath}:{_SBIN}")
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    ours = [sys.executable, "-m", "tests.bench._sending.sink", str(port), str(thinks_ms)]
    command = [program, *user, f"127.0.0.1:{port}", "256"] if program else ours
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Sink(port, "Postfix's smtp-sink" if program else "a sink of ours", server.pid)
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Forgetful(asyncio.Protocol):
    """The least of SMTP that a pipelining client needs."""

    def __init__(self, thinks_s: float) -> None:
        self._thinks_s = thinks_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._rest = b""
        self._in_body = self._is_thinking = False
        self._say(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while not self._is_thinking:
            mark = b"\r\n.\r\n" if self._in_body else b"\r\n"
            part, end, rest = self._rest.partition(mark)
            if not end:
                return
            self._rest = rest
            self._take() if self._in_body else self._answer(part[:4].upper())

    def _take(self) -> None:
        self._in_body = False
        if self._thinks_s:
            self._is_thinking = True
            asyncio.get_running_loop().call_later(self._thinks_s, self._come_to_an_end)
        else:
            self._say(b"250 2.0.0 taken\r\n")

    def _come_to_an_end(self) -> None:
        self._is_thinking = False
        self._say(b"250 2.0.0 taken\r\n")
        self.data_received(b"")

    def _answer(self, verb: bytes) -> None:
        self._in_body = verb == b"DATA"
        answers = {
            b"DATA": b"354 go\r\n",
            b"QUIT": b"221 bye\r\n",
            b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
        }
        self._say(answers.get(verb, b"250 2.0.0 ok\r\n"))

    def _say(self, data: bytes) -> None:
        assert isinstance(self._transport, asyncio.WriteTransport)
        self._transport.write(data)


async def _serve(port: int, thinks_s: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Forgetful(thinks_s), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]) / 1000))
