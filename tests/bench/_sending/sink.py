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

from tests.servers.ports import free_port

_SBIN = "/usr/sbin:/usr/local/sbin"


@contextmanager
def sink() -> Iterator[tuple[int, str]]:
    """Run a server that takes every mail and forgets it; yield its port and what it is."""
    program = shutil.which("smtp-sink", path=f"{os.defpath}:{_SBIN}")
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    ours = [sys.executable, "-m", "tests.bench._sending.sink", str(port)]
    command = [program, *user, f"127.0.0.1:{port}", "256"] if program else ours
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, "Postfix's smtp-sink" if program else "a sink of ours"
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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._rest = b""
        self._in_body = False
        self._say(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while True:
            if self._in_body:
                _, end, rest = self._rest.partition(b"\r\n.\r\n")
                if not end:
                    return
                self._in_body, self._rest = False, rest
                self._say(b"250 2.0.0 taken\r\n")
            line, end, rest = self._rest.partition(b"\r\n")
            if not end:
                return
            self._rest = rest
            self._answer(line[:4].upper())

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


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Forgetful, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
