"""Are replies cut out of the stream whole, however it is cut?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.smtp.replies import NotSmtp, Reply, ReplyReader

STREAM = (
    b"250-relay.example\r\n250-PIPELINING\r\n250 2.0.0 fine\r\n354\r\n"
    b"550 5.1.1 <a@b> unknown\n421-4.3.2 a\r\n421 4.3.2 b\r\n"
)
REPLIES = [Reply(250, "2.0.0"), Reply(354), Reply(550, "5.1.1"), Reply(421, "4.3.2")]


@given(st.sets(st.integers(0, len(STREAM))))
def test_replies_do_not_depend_on_how_the_stream_is_cut(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    reader = ReplyReader()

    replies = [reply for start, end in pairwise(places) for reply in reader.feed(STREAM[start:end])]

    assert replies == REPLIES


@pytest.mark.parametrize("junk", [b"hello\r\n", b"25 x\r\n", b"2500 x\r\n", b"\r\n"])
def test_what_is_no_reply_is_refused(junk: bytes) -> None:
    with pytest.raises(NotSmtp):
        ReplyReader().feed(junk)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(NotSmtp):
        ReplyReader().feed(b"2" * 70_000)
