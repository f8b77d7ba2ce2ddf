"""Does the sender get letters through to real relays, and say honestly what it doesn't know?"""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from services.newsletter.smtp.courier import Courier
from services.newsletter.smtp.letters import Fate
from services.newsletter.smtp.relay import RelayMisconfigured, RelayUnavailable, relay_from
from tests.servers.ports import free_port
from tests.services.newsletter.relays import Mailbox, relay
from tests.services.newsletter.smtp.books import ListBook

SENDER = "news@example.org"


def deliver(book: ListBook, url: str, *, lines: int = 1, timeout_s: float = 5.0) -> None:
    Courier(book, relay=relay_from(url, timeout_s=timeout_s), sender=SENDER).deliver(lines=lines)


def everyone(number: int) -> list[str]:
    return sorted(f"r{n}@example.org" for n in range(1, number + 1))


@pytest.mark.parametrize("is_pipelining", [True, False])
@pytest.mark.parametrize("lines", [1, 3])
def test_every_letter_arrives_once_and_whole(is_pipelining: bool, lines: int) -> None:
    mailbox, book = Mailbox(is_pipelining=is_pipelining), ListBook(20, size=40_000)

    with relay(mailbox) as url:
        deliver(book, url, lines=lines)

    assert mailbox.addresses == everyone(20)
    assert set(book.fates().values()) == {Fate.ACCEPTED}
    assert mailbox.connections == lines
    assert all(content.endswith(b"y" * 70 + b"\r\n") and len(content) > 39_900 for _, content in mailbox.accepted)


def test_the_intent_is_flushed_before_the_body_goes_out() -> None:
    mailbox, book = Mailbox(), ListBook(3)

    with relay(mailbox) as url:
        deliver(book, url)

    for key in (1, 2, 3):
        intended, accepted = book.events.index(("intend", key)), book.events.index(("accepted", key))
        assert "flush" in [name for name, _ in book.events[intended:accepted]]


def test_refusals_are_told_apart() -> None:
    answers = {"r2@example.org": "550 5.1.1 unknown", "r3@example.org": "450 4.2.0 later"}
    mailbox = Mailbox(to_recipient=answers.get, to_body={"r4@example.org": "554 5.7.1 spam"}.get)
    book = ListBook(5)

    with relay(mailbox) as url:
        deliver(book, url)

    assert mailbox.addresses == ["r1@example.org", "r5@example.org"]
    assert book.fates() == {
        1: Fate.ACCEPTED,
        2: Fate.REJECTED,
        3: Fate.LATER,
        4: Fate.REJECTED,
        5: Fate.ACCEPTED,
    }


def test_a_relay_that_hangs_up_after_a_body_leaves_one_letter_in_doubt_and_gets_the_rest() -> None:
    mailbox, book = Mailbox(to_body={"r3@example.org": "drop"}.get), ListBook(6)

    with relay(mailbox) as url:
        deliver(book, url)

    fates = book.fates()
    assert [key for key, fate in fates.items() if fate is Fate.IN_DOUBT] == [3]
    assert [key for key, fate in fates.items() if fate is Fate.UNSENT] == [4]  # its envelope was under way
    assert mailbox.addresses == ["r1@example.org", "r2@example.org", "r5@example.org", "r6@example.org"]


def test_a_relay_that_closes_after_some_letters_is_called_again() -> None:
    mailbox = Mailbox(to_recipient=lambda address: "421 4.7.0 enough for now" if address == "r4@example.org" else None)
    book = ListBook(4)

    with relay(mailbox) as url:
        deliver(book, url)

    assert book.fates() == {1: Fate.ACCEPTED, 2: Fate.ACCEPTED, 3: Fate.ACCEPTED, 4: Fate.UNSENT}
    assert mailbox.connections == 2


def test_a_relay_that_never_answers_a_body_leaves_it_in_doubt_after_the_timeout() -> None:
    mailbox, book = Mailbox(is_slow=True), ListBook(3)

    with relay(mailbox) as url, pytest.raises(RelayUnavailable):
        deliver(book, url, timeout_s=0.09)  # a body may take ten times as long

    assert book.fates() == {1: Fate.IN_DOUBT, 2: Fate.UNSENT}


def test_a_relay_that_is_down_is_reported_and_no_letter_is_touched() -> None:
    book = ListBook(3)

    with pytest.raises(RelayUnavailable, match="does not answer"):
        deliver(book, f"smtp://127.0.0.1:{free_port()}")

    assert book.given == 0


@pytest.mark.parametrize("greeting", [b"421 4.3.2 busy\r\n", b"554 go away\r\n", b"hello there\r\n", b""])
def test_a_relay_that_does_not_greet_is_unavailable(greeting: bytes) -> None:
    book = ListBook(3)

    with _raw_server(greeting) as port, pytest.raises(RelayUnavailable):
        deliver(book, f"smtp://127.0.0.1:{port}", timeout_s=1)

    assert book.given == 0


def test_a_relay_that_speaks_nonsense_later_leaves_the_letter_unsent() -> None:
    book = ListBook(3)

    with _raw_server(b"220 hi\r\n", b"250 hello\r\n", b"what?\r\n") as port, pytest.raises(RelayUnavailable):
        deliver(book, f"smtp://127.0.0.1:{port}")

    assert book.fates() == {1: Fate.UNSENT}


def test_an_exception_of_the_book_settles_every_letter_given_out() -> None:
    class Stopped(Exception):
        pass

    class StoppedBook(ListBook):
        def tick(self) -> None:
            raise Stopped

    mailbox, book = Mailbox(is_slow=True), StoppedBook(5)

    with relay(mailbox) as url, pytest.raises(Stopped):
        deliver(book, url, lines=2)

    assert len(book.fates()) == book.given
    assert set(book.fates().values()) <= {Fate.IN_DOUBT, Fate.UNSENT}


def test_a_book_that_cannot_note_an_intent_keeps_the_body_back() -> None:
    class Full(Exception):
        pass

    class FullBook(ListBook):
        def flush(self) -> None:
            if ("intend", 1) in self.events and ("unsent", 1) not in self.events:
                raise Full

    mailbox, book = Mailbox(), FullBook(2)

    with relay(mailbox) as url, pytest.raises(Full):
        deliver(book, url)

    assert book.fates() == {1: Fate.UNSENT, 2: Fate.UNSENT}
    assert mailbox.bodies == {}


@contextmanager
def _raw_server(*lines: bytes) -> Iterator[int]:
    """Say one line on connection and one after each thing that arrives, then hang up."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while not stopping.is_set():
                connection, _ = listener.accept()
                with connection:
                    for number, line in enumerate(lines):
                        if number:
                            connection.recv(65536)
                        connection.sendall(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stopping.set()
        with suppress(OSError):
            socket.create_connection(listener.getsockname(), timeout=1).close()
        listener.close()
        thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "2", "-keyout", str(key), "-out", str(certificate)),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextmanager
def _tls_relay(mailbox: Mailbox, certificate: tuple[Path, Path]) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data == LoginPassword(b"user", b"p@ss")
        return AuthResult(success=is_right, handled=False)

    port = free_port()
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _trusting(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: context)


def test_letters_travel_encrypted_and_logged_in(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, book = Mailbox(), ListBook(8, size=60_000)
    _trusting(monkeypatch, certificate[0])

    with _tls_relay(mailbox, certificate) as port:
        deliver(book, f"smtp+starttls://user:p%40ss@127.0.0.1:{port}", lines=2)

    assert mailbox.addresses == everyone(8)
    assert set(book.fates().values()) == {Fate.ACCEPTED}


def test_a_certificate_nobody_vouches_for_stops_the_password(certificate: tuple[Path, Path]) -> None:
    book = ListBook(1)

    with _tls_relay(Mailbox(), certificate) as port, pytest.raises(RelayUnavailable, match="No safe connection"):
        deliver(book, f"smtp+starttls://user:p%40ss@127.0.0.1:{port}")

    assert book.given == 0


def test_a_wrong_password_is_reported_without_it(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _trusting(monkeypatch, certificate[0])

    with _tls_relay(Mailbox(), certificate) as port, pytest.raises(RelayUnavailable, match=r"login \(535\)") as caught:
        deliver(ListBook(1), f"smtp+starttls://user:wrong@127.0.0.1:{port}")

    assert "wrong" not in str(caught.value)
    assert "wrong" not in repr(relay_from("smtp://user:wrong@relay.example"))


@pytest.mark.parametrize(
    ("url", "port", "encryption"),
    [
        ("smtp://127.0.0.1:8026", 8026, "never"),
        ("smtp://relay.example", 25, "if-offered"),
        ("smtp://user:pw@relay.example", 25, "required"),
        ("smtp+starttls://relay.example", 587, "required"),
        ("smtps://user:pw@relay.example", 465, "implicit"),
    ],
)
def test_a_password_never_travels_in_the_clear(url: str, port: int, encryption: str) -> None:
    relay = relay_from(url)

    assert (relay.port, relay.encryption) == (port, encryption)


@pytest.mark.parametrize("url", ["", "relay.example:25", "http://relay.example", "smtp://", "smtp://relay:mail"])
def test_an_address_that_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(RelayMisconfigured, match="SMTP_URL"):
        relay_from(url)
