"""Is a reader's language found as RFC 4647 §3.4 says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.delivery.languages import ANY, best, candidates, shortened

TAGS = st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("range_", "expected"),
    [
        ("nl-BE", ["nl-be", "nl"]),
        ("zh-Hant-CN-x-one-two", ["zh-hant-cn-x-one-two", "zh-hant-cn-x-one", "zh-hant-cn", "zh-hant", "zh"]),
        ("en", ["en"]),
    ],
)  # fmt: skip
def test_a_range_is_shortened_from_its_end(range_: str, expected: list[str]) -> None:
    assert list(shortened(range_)) == expected


@given(requested=st.none() | TAGS, fallback=st.lists(TAGS | st.just(ANY), max_size=4), available=st.sets(TAGS))
def test_whatever_is_served_was_asked_for_and_is_available(
    requested: str | None, fallback: list[str], available: set[str]
) -> None:
    wanted = candidates(requested, fallback)

    served = best(wanted, available, ("en", "fr"))

    if served is None:
        assert not available or (ANY not in wanted and not available & set(wanted))
    else:
        assert served in available
        assert served in wanted or ANY in wanted


@given(requested=TAGS, fallback=st.lists(TAGS, max_size=4), available=st.sets(TAGS))
def test_the_language_asked_for_wins_over_every_fallback(
    requested: str, fallback: list[str], available: set[str]
) -> None:
    served = best(candidates(requested, fallback), {*available, requested}, ())

    assert served == requested


@given(requested=TAGS, available=st.sets(TAGS, min_size=1))
def test_any_serves_something_and_the_languages_of_the_house_first(requested: str, available: set[str]) -> None:
    served = best(candidates(requested, [ANY]), {*available, "en"}, ("en",))

    assert served in set(shortened(requested)) | {"en"}
