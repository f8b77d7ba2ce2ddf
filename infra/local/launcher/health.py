"""Does a process answer, and can it work?"""

import json
import socket

from infra.local.places import LOOPBACK

LONGEST_ANSWER = 20_000


def probe(port: int, path: str, *, timeout_s: float = 3) -> str | None:
    """Return None when ``GET path`` answers 200, else one sentence that says what is missing.

    Asked over a bare socket: the HTTP client of the standard library alone would double the launcher's memory.
    """
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_s) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {LOOPBACK}\r\n\r\n".encode())
            answer = _all_of(connection)
    except OSError as error:
        return f"It does not answer on port {port} ({type(error).__name__})."
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        return f"What answers on port {port} does not speak HTTP."
    return None if words[1] == b"200" else _missing(words[1].decode("latin-1"), body)


def _all_of(connection: socket.socket) -> bytes:
    answer = b""
    while len(answer) < LONGEST_ANSWER and (part := connection.recv(4096)):
        answer += part
    return answer


def _missing(status: str, body: bytes) -> str:
    """Return the sentences of ``/readyz``: ``{"missing": ["…"]}``."""
    try:
        sentences = json.loads(body)["missing"]
    except (ValueError, KeyError, TypeError):
        return f"It answers {status}."
    return " ".join(str(sentence) for sentence in sentences) or f"It answers {status}."
