"""Does only allow-listed HTML get into a mail, and does its text say the same?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK
from services.newsletter.rendering.markup import clean_html, clean_text, plain_text

_TAG = re.compile(r"<[^>]*>")
_ALLOWED = re.compile(r'</?(p|b|i|ul|ol|li|h3|a)>|<br />|<a href="(https?://|mailto:)[^"<>\s]*">')


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>a <strong>b</strong> <em>c</em></p>", "<p>a <b>b</b> <i>c</i></p>"),
        ("a<br>b<br/>c", "a<br />b<br />c"),
        (
            '<a href="https://x.example/?a=1&amp;b=2" onclick="x()">t</a>',
            '<a href="https://x.example/?a=1&amp;b=2">t</a>',
        ),
        ('<a href="mailto:a@example.org">t</a>', '<a href="mailto:a@example.org">t</a>'),
        ('<a href="javascript:alert(1)">t</a>', "<a>t</a>"),
        ('<a href="java\nscript:alert(1)">t</a>', "<a>t</a>"),
        ('<a href="data:text/html,x">t</a>', "<a>t</a>"),
        ('<a href="/tools/1">t</a>', "<a>t</a>"),
        ('<a href="https://[broken">t</a>', "<a>t</a>"),
        ("<script>alert(1)</script>b", "b"),
        ("<style>p{}</style><p style='x' class='y'>b</p>", "<p>b</p>"),
        ('<img src="https://tracker.example/1.gif">b', "b"),
        ("<h1>t</h1><h3>u</h3>", "t<h3>u</h3>"),
        ("<p>a<b>c", "<p>a<b>c</b></p>"),
        ("<p>a</b></p></p>", "<p>a</p>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("a\u202eb\u0000c\u2066", "abc"),
        ("<mj-raw>a</mj-raw><!-- b -->", "a"),
    ],
)
def test_only_the_allow_list_stays_and_it_is_well_formed(html: str, clean: str) -> None:
    assert clean_html(html) == clean


@given(st.text(alphabet=st.sampled_from('<>/abhpulioscript "=&#x;:\ue000\u202e'), max_size=80))
def test_whatever_is_put_in_only_allowed_tags_come_out(html: str) -> None:
    clean = clean_html(html)

    assert all(_ALLOWED.fullmatch(tag) for tag in _TAG.findall(clean))
    assert clean_html(clean) == clean
    assert clean.count("<b>") == clean.count("</b>")


@pytest.mark.parametrize("mark", [UNSUBSCRIBE_MARK, PREFERENCES_MARK])
def test_no_content_can_pretend_to_be_a_readers_link(mark: str) -> None:
    referenced = "".join(f"&#{ord(character)};" for character in mark)
    for text in (
        mark,
        referenced,
        f'<a href="https://x.example/{mark}">x</a>',
        f'<a href="https://x.example/{referenced}">x</a>',
    ):
        assert "\ue000" not in clean_html(text)

    assert "\ue000" not in clean_text(mark)


def test_text_keeps_paragraphs_lists_and_addresses() -> None:
    html = (
        '<p>Read <a href="https://x.example/?a=1&amp;b=2">this</a> &amp; that.<br />Soon.</p>'
        "<h3>For</h3><ul><li>classes</li><li>parents</li></ul><ol><li>one</li><li>two</li></ol><p>End</p>"
    )

    assert plain_text(html) == (
        "Read this <https://x.example/?a=1&b=2> & that.\nSoon.\n\nFor\n\n• classes\n• parents\n\n1. one\n2. two\n\nEnd"
    )


def test_a_line_of_text_is_one_line() -> None:
    assert clean_text(" a\r\n b\t\u202ec ") == "a b c"
