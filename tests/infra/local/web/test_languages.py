"""Which language does a visitor get?"""

import pytest

from infra.local.web.application import Request
from infra.local.web.languages import accepted, direction, language_of

OFFERED = ("en", "fr", "ar")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("fr", ("fr",)),
        ("de;q=0.5, fr-BE, en;q=0.9", ("fr-be", "en", "de")),
        ("en, fr;q=0, *", ("en",)),
        ("fr;q=nonsense, en", ("en",)),
    ],
)
def test_an_accept_language_header_is_read_by_its_weights(header: str, wanted: tuple[str, ...]) -> None:
    assert accepted(header) == wanted


@pytest.mark.parametrize(
    ("query", "header", "wanted"),
    [
        ({}, "", "en"),
        ({}, "nl, fr-BE;q=0.4", "fr"),
        ({"lang": "ar"}, "fr", "ar"),
        ({"lang": "xx"}, "fr", "fr"),
        ({"lang": "../../etc"}, "", "en"),
    ],
)
def test_a_choice_wins_over_the_browser_and_both_over_the_first_language(
    query: dict[str, str], header: str, wanted: str
) -> None:
    assert language_of(Request("GET", "/", query, accept_language=header), OFFERED) == wanted


def test_arabic_is_written_from_right_to_left() -> None:
    assert [direction(tag) for tag in ("ar", "ar-MA", "fr")] == ["rtl", "rtl", "ltr"]
