"""Does a name that leads inside stay uncalled?"""

from typing import Any

import pytest

from foundation.web.addresses import NotPublic, public_address


def leading_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in addresses]
    monkeypatch.setattr("foundation.web.addresses.socket.getaddrinfo", lambda *args, **kwargs: found)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_address_is_returned(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    leading_to(monkeypatch, address)

    assert public_address("partner.example", 443) == address


@pytest.mark.parametrize("address", ["10.0.0.5", "169.254.169.254", "127.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.5"])
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    leading_to(monkeypatch, "93.184.216.34", address)

    with pytest.raises(NotPublic, match="private network"):
        public_address("partner.example", 443)


def test_a_name_that_leads_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> None:
        raise OSError("unknown")

    monkeypatch.setattr("foundation.web.addresses.socket.getaddrinfo", unknown)

    with pytest.raises(NotPublic, match="leads nowhere"):
        public_address("partner.example", 443)
