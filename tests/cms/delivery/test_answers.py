"""Is what is kept in memory never given too late, and never too much?"""

from cms.delivery.answers import BYTES_PER_ENTRY, Answer, Kept, matches

SMALL = Answer.of(b"small")


def test_an_answer_is_given_only_at_the_position_it_was_made_at() -> None:
    kept = Kept()
    kept.put(7, "/v1/tools", SMALL)

    assert kept.get(7, "/v1/tools") == SMALL
    assert kept.get(8, "/v1/tools") is None
    assert kept.get(7, "/v1/issues") is None


def test_a_newer_position_drops_everything_and_an_older_one_is_not_kept() -> None:
    kept = Kept()
    kept.put(7, "/a", SMALL)

    kept.put(8, "/b", SMALL)
    kept.put(7, "/c", SMALL)

    assert [kept.get(7, "/a"), kept.get(7, "/c"), kept.get(8, "/b")] == [None, None, SMALL]


def test_the_oldest_go_when_it_becomes_too_much() -> None:
    kept = Kept(max_bytes=2 * (BYTES_PER_ENTRY + 10))

    for address in ("/1", "/2", "/3"):
        kept.put(1, address, SMALL)

    assert [kept.get(1, address) for address in ("/1", "/2", "/3")] == [None, SMALL, SMALL]


def test_validators_are_compared_weakly() -> None:
    assert matches('W/"a", "b"', '"a"')
    assert matches("*", '"a"')
    assert not matches('"ab"', '"a"')
    assert not matches("", '"a"')
