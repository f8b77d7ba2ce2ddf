"""Where is the relay, and how is a connection to it opened? Greeting, TLS and login are ``smtplib``'s."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

Encryption = Literal["implicit", "required", "if-offered", "never"]
LONGEST_CONNECT_S = 15.0


class RelayUnavailable(Exception):
    """The relay can't be used now; the message is a sentence without personal data. Nothing is wrong with the mails."""


class RelayMisconfigured(ValueError):
    """SMTP_URL can't be read."""


@dataclass(frozen=True)
class Relay:
    """One SMTP server that takes our mail. ``greeting`` is how we introduce ourselves (RFC 5321 §4.1.1.1)."""

    host: str
    port: int
    encryption: Encryption
    username: str = ""
    password: str = field(default="", repr=False)
    greeting: str = "localhost"
    timeout_s: float = 60.0

    @property
    def final_timeout_s(self) -> float:
        """How long the answer to a body may take: giving up leaves a mail in doubt (RFC 5321 §4.5.3.2.6)."""
        return self.timeout_s * 10


def relay_from(url: str, *, greeting: str = "localhost", timeout_s: float = 60.0) -> Relay:
    """Read ``smtp://``, ``smtp+starttls://`` or ``smtps://`` with ``[user:password@]host[:port]``.

    A password never travels in the clear, except to this machine itself.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise RelayMisconfigured("The port of SMTP_URL is not a number.") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise RelayMisconfigured("SMTP_URL must look like smtp://host:25, smtp+starttls://… or smtps://….")
    return Relay(
        host=parts.hostname,
        port=port or _DEFAULT_PORTS[parts.scheme],
        encryption=_encryption(parts.scheme, parts.hostname, has_login=bool(parts.username)),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        greeting=greeting,
        timeout_s=timeout_s,
    )


_DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def _encryption(scheme: str, host: str, *, has_login: bool) -> Encryption:
    if scheme == "smtps":
        return "implicit"
    if scheme == "smtp+starttls":
        return "required"
    if host in {"127.0.0.1", "::1", "localhost"}:
        return "never"
    return "required" if has_login else "if-offered"


def connect(relay: Relay) -> smtplib.SMTP:
    """Return a client that is greeted, encrypted and logged in; raises RelayUnavailable."""
    try:
        client = _introduced(_open(relay), relay)
    except smtplib.SMTPAuthenticationError as error:
        raise RelayUnavailable(f"The mail relay does not accept our login ({error.smtp_code}).") from None
    except smtplib.SMTPNotSupportedError:
        raise RelayUnavailable("The mail relay offers no encryption or login of a kind we use.") from None
    except smtplib.SMTPResponseException as error:
        raise RelayUnavailable(f"The mail relay does not let us in ({error.smtp_code}).") from None
    except ssl.SSLError as error:
        raise RelayUnavailable(f"No safe connection to the mail relay: {error.reason}.") from None
    except (OSError, smtplib.SMTPException) as error:
        raise RelayUnavailable(f"The mail relay does not answer ({type(error).__name__}).") from None
    if client.sock is None:
        raise RelayUnavailable("The mail relay closed the connection.")
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _open(relay: Relay) -> smtplib.SMTP:
    timeout = min(relay.timeout_s, LONGEST_CONNECT_S)
    if relay.encryption == "implicit":
        return smtplib.SMTP_SSL(
            relay.host, relay.port, relay.greeting, timeout=timeout, context=ssl.create_default_context()
        )
    return smtplib.SMTP(relay.host, relay.port, relay.greeting, timeout=timeout)


def _introduced(client: smtplib.SMTP, relay: Relay) -> smtplib.SMTP:
    try:
        _introduce(client, relay)
    except BaseException:
        client.close()
        raise
    return client


def _introduce(client: smtplib.SMTP, relay: Relay) -> None:
    client.ehlo_or_helo_if_needed()
    if relay.encryption == "required":
        client.starttls(context=ssl.create_default_context())
    elif relay.encryption == "if-offered" and client.has_extn("starttls"):
        client.starttls(context=_context_that_trusts_anybody())
    client.ehlo_or_helo_if_needed()
    if relay.username:
        client.login(relay.username, relay.password)


def _context_that_trusts_anybody() -> ssl.SSLContext:
    """Encrypt to whoever answers: better than clear text, which is the alternative here (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
