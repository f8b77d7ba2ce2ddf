"""Is the same address always recognised, and nothing else taken for one?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from services.newsletter.lists.addresses import (
    AddressRefused,
    LanguageRefused,
    address_hash,
    normal_address,
    normal_language,
)
from services.newsletter.sending.template import checked_address


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Reader@Example.ORG", "reader@example.org"),
        ("  a.b+c@example.org\n", "a.b+c@example.org"),
        ("léa@example.org", None),
        ("lea@école.example", "lea@xn--cole-9oa.example"),
        ("", None),
        ("nobody", None),
        ("@example.org", None),
        ("a@b@example.org", None),
        ("a@example", None),
        ("a b@example.org", None),
        ("a@example.org\r\nBcc: c@example.org", None),
        ('"a b"@example.org', None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_addresses_have_one_form_or_none(written: str, normal: str | None) -> None:
    if normal is None:
        with pytest.raises(AddressRefused):
            normal_address(written)
    else:
        assert normal_address(written) == normal


@given(st.text(max_size=40) | st.emails())
def test_what_is_an_address_can_stand_in_a_mail_and_stays_what_it_is(text: str) -> None:
    try:
        address = normal_address(text)
    except AddressRefused:
        return

    assert normal_address(address) == address
    assert checked_address(address) == address


@pytest.mark.parametrize(
    ("written", "normal"),
    [("FR", "fr"), ("nl_be", "nl-BE"), ("zh-hant-tw", "zh-Hant-TW"), (" de ", "de"), ("es-419", "es-419")],
)
def test_languages_have_one_form(written: str, normal: str) -> None:
    assert normal_language(written) == normal


@pytest.mark.parametrize("written", ["", "français", "f", "nl-", "nl BE", "x" * 30, "a-b-c-d-e-f-g-h-i-j-k"])
def test_what_is_no_language_is_refused(written: str) -> None:
    with pytest.raises(LanguageRefused, match="fr or nl-BE"):
        normal_language(written)


def test_the_hash_of_an_address_depends_on_a_key_that_is_not_the_secret_key(settings: Settings) -> None:
    digest = address_hash("a@example.org")

    settings.SECRET_KEY = "another one"
    assert address_hash("a@example.org") == digest
    settings.ADDRESS_HASH_KEY = "another one"
    assert address_hash("a@example.org") != digest
