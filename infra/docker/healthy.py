"""Is the process of this container ready? ``healthy.py PORT``: 0 if ``/readyz`` answers 200, else 1 and the reason.

Asked every few seconds in every container: a bare socket and nothing imported beyond it.
"""

import socket
import sys

TIMEOUT_S = 4
REQUEST = b"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n\r\n"


def answer_of(port: int) -> bytes:
    """Return what is answered, head and body; OSError if nobody does."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        connection.sendall(REQUEST)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer


def main(port: int) -> int:
    try:
        answer = answer_of(port)
    except OSError as error:
        print(f"Nothing answers on port {port} ({type(error).__name__}).")
        return 1
    if answer.split(maxsplit=2)[1:2] == [b"200"]:
        return 0
    print(answer.rpartition(b"\r\n")[2].decode(errors="replace")[:500])
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
