"""Does a token allow what it was made for, to whom, for how long, and nothing else?"""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.lists import tokens
from services.newsletter.lists.tokens import LIFETIMES, LONGEST_TOKEN, Purpose, TokenExpired, TokenRefused

IDS = st.integers(0, 2**63 - 1)


@given(purpose=st.sampled_from(Purpose), numbers=st.lists(IDS, min_size=1, max_size=2).map(tuple))
def test_a_token_is_read_back_and_fits_where_it_has_to(purpose: Purpose, numbers: tuple[int, ...]) -> None:
    token = tokens.mint(purpose, *numbers)

    assert tokens.read(purpose, token) == numbers
    assert len(token) <= LONGEST_TOKEN
    assert re.fullmatch(r"[A-Za-z0-9._:-]+", token)


@given(st.lists(IDS, min_size=1, max_size=2).map(tuple))
def test_the_fast_mint_makes_the_same_tokens(numbers: tuple[int, ...]) -> None:
    for purpose in Purpose:
        token = tokens.minter(purpose)(*numbers).decode()

        assert tokens.read(purpose, token) == numbers


def test_a_token_of_one_purpose_is_none_of_another() -> None:
    for purpose in Purpose:
        token = tokens.mint(purpose, 1)
        for other in set(Purpose) - {purpose}:
            with pytest.raises(TokenRefused):
                tokens.read(other, token)


@given(st.text(max_size=80))
def test_what_was_not_minted_is_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        tokens.read(Purpose.CONFIRM, text)


def test_a_token_with_a_changed_character_is_refused() -> None:
    token = tokens.mint(Purpose.UNSUBSCRIBE, 12, 3)

    for position in range(len(token) - 1):  # the last character of base64 may hold bits that don't count
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        with pytest.raises(TokenRefused):
            tokens.read(Purpose.UNSUBSCRIBE, changed)


def test_a_token_ends_and_still_says_whose_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.mint(Purpose.CONFIRM, 12, 3)
    monkeypatch.setitem(LIFETIMES, Purpose.CONFIRM, timedelta(seconds=-1))

    with pytest.raises(TokenExpired) as expired:
        tokens.read(Purpose.CONFIRM, token)

    assert expired.value.numbers == (12, 3)


def test_old_mails_can_be_unsubscribed_from_for_years() -> None:
    assert LIFETIMES[Purpose.UNSUBSCRIBE] > timedelta(days=1000)
    assert LIFETIMES[Purpose.CONFIRM] <= timedelta(days=3)
