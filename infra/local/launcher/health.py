"""Does a process answer, and can it work?"""

import http.client
import json

from infra.local.places import LOOPBACK


def probe(port: int, path: str, *, timeout_s: float = 3) -> str | None:
    """Return None when ``GET path`` answers 200, else one sentence that says what is missing."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"User-Agent": "make-it-safe-launcher"})
        answer = connection.getresponse()
        body = answer.read(20_000)
    except (OSError, http.client.HTTPException) as error:
        return f"It does not answer on port {port} ({type(error).__name__})."
    finally:
        connection.close()
    return None if answer.status == 200 else _missing(answer.status, body)


def _missing(status: int, body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return f"It answers {status}."
    missing = said.get("missing") or said.get("detail") if isinstance(said, dict) else None
    if isinstance(missing, list | tuple):
        missing = " ".join(str(sentence) for sentence in missing)
    elif isinstance(missing, dict):
        missing = " ".join(str(sentence) for sentence in missing.values())
    return str(missing) if missing else f"It answers {status}."
