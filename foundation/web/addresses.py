"""Where does a name of somebody else's lead? Asked before a process calls an address that it was given."""

import ipaddress
import socket


class NotPublic(Exception):
    """The name leads into a private network, or nowhere (now)."""


def public_address(host: str, port: int) -> str:
    """Return an address of ``host`` to connect to; raises NotPublic unless every one is public (RFC 6890).

    Connect to what is returned and not to the name: asked again, it may lead elsewhere.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotPublic("The name of the host leads nowhere.") from error
    if not found or not all(ipaddress.ip_address(address).is_global for address in found):
        raise NotPublic("The name of the host leads to a private network.")
    return found[0]
