"""Does the launcher understand what a process says of itself?"""

import socket
import threading
from collections.abc import Iterator

import pytest

from infra.local.launcher.health import probe
from infra.local.places import LOOPBACK


@pytest.fixture
def answering() -> Iterator[tuple[int, list[bytes]]]:
    """A port that answers each connection with the next of some bytes."""
    answers: list[bytes] = []
    with socket.create_server((LOOPBACK, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answers.pop(0))

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1], answers
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"status": "ready"}', None),
        (b'HTTP/1.1 503 Unready\r\n\r\n{"missing": ["No tables.", "No disk."]}', "No tables. No disk."),
        (b"HTTP/1.1 502 Bad\r\n\r\n<html>", "It answers 502."),
        (b"SSH-2.0-OpenSSH\r\n", "does not speak HTTP."),
        (b"", "does not speak HTTP."),
    ],
)
def test_an_answer_is_told_in_a_sentence(answering: tuple[int, list[bytes]], answer: bytes, wanted: str | None) -> None:
    port, answers = answering
    answers.append(answer)

    said = probe(port, "/readyz")

    assert said is None if wanted is None else str(said).endswith(wanted)


def test_silence_is_told_too(free_port: int) -> None:
    assert probe(free_port, "/readyz") == f"It does not answer on port {free_port} (ConnectionRefusedError)."
