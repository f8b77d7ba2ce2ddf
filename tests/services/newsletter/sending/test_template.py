"""Is every message valid, the same in each encoding, and closed to whoever would write headers of their own?"""

import re
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.newsletter.lists.tokens import LONGEST_TOKEN
from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK
from services.newsletter.sending.template import (
    AddressRefused,
    Draft,
    Filling,
    HeaderRefused,
    MessageTemplate,
    checked,
    checked_address,
    checked_token,
)
from tests.services.newsletter.relays import links, parsed, part

UNSUBSCRIBE = "https://news.example/unsubscribe/"
PREFERENCES = "https://news.example/preferences/"
MY_UNSUBSCRIBE = "1z.3:1vMxYz:" + "A" * 43
MY_PREFERENCES = "1z:1vMxYz:" + "b-_B" * 10 + "xyz"
VALUES = Filling(
    to=b"reader@example.org",
    message_id=b"abc.1@example.org",
    date=b"Sat, 21 Nov 2026 12:00:00 +0000",
    unsubscribe=MY_UNSUBSCRIBE.encode(),
    preferences=MY_PREFERENCES.encode(),
)
BOTH = pytest.mark.parametrize("is_8bit", [True, False])


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {
        "sender": "Make-IT-Safe <news@example.org>",
        "subject": "Hello",
        "html": f'<a href="{UNSUBSCRIBE}{UNSUBSCRIBE_MARK}">x</a><a href="{PREFERENCES}{PREFERENCES_MARK}">y</a>',
        "text": f"Hi\n\n<{UNSUBSCRIBE}{UNSUBSCRIBE_MARK}>\n<{PREFERENCES}{PREFERENCES_MARK}>\n",
        "locale": "en",
        "list_name": "Partners",
        "list_id": "partners.example.org",
        "archive_url": "https://news.example/archive/1/en",
        "subscribe_url": "https://news.example/subscribe/",
        "unsubscribe_prefix": UNSUBSCRIBE,
    }
    return Draft(**values | changes)


def received(message: bytes) -> EmailMessage:
    """Return what arrives: without the dots that were stuffed on the way (RFC 5321 §4.5.2)."""
    return parsed(re.sub(rb"(?m)^\.\.", b".", message))


def written(is_8bit: bool, **changes: Any) -> bytes:
    return MessageTemplate(draft(**changes), is_8bit=is_8bit).fill(VALUES)


@BOTH
def test_a_message_has_the_headers_mail_programs_look_for(is_8bit: bool) -> None:
    message = received(written(is_8bit))

    assert dict(message.items()) == {
        "From": "Make-IT-Safe <news@example.org>",
        "Subject": "Hello",
        "To": "reader@example.org",
        "Date": "Sat, 21 Nov 2026 12:00:00 +0000",
        "Message-ID": "<abc.1@example.org>",
        "Content-Language": "en",
        "List-Id": '"Partners" <partners.example.org>',
        "List-Unsubscribe": f"<{UNSUBSCRIBE}{MY_UNSUBSCRIBE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Subscribe": "<https://news.example/subscribe/>",
        "Archived-At": "<https://news.example/archive/1/en>",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    assert message.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects


@BOTH
def test_readers_get_their_own_links_unbroken(is_8bit: bool) -> None:
    message = received(written(is_8bit))

    mine = [UNSUBSCRIBE + MY_UNSUBSCRIBE, PREFERENCES + MY_PREFERENCES]
    assert links(part(message, "html")) == mine
    assert links(part(message, "plain")) == mine


@BOTH
def test_two_readers_differ_in_their_gaps_only(is_8bit: bool) -> None:
    template = MessageTemplate(draft(), is_8bit=is_8bit)
    other = VALUES._replace(to=b"somebody@example.net", unsubscribe=b"other:1:x", preferences=b"mine:1:y")

    first, second = template.fill(VALUES), template.fill(other)

    for mine, theirs in zip(VALUES, other, strict=True):
        assert mine == theirs or mine not in second
        first = first.replace(mine, theirs)
    assert first == second


def test_8bit_is_for_relays_that_offer_it_and_for_lines_that_fit() -> None:
    narrow, wide = draft(text="é" * 100 + "\n"), draft(html="é" * 2000)

    assert b"Content-Transfer-Encoding: quoted-printable" not in MessageTemplate(narrow, is_8bit=True).fill(VALUES)
    assert b"Content-Transfer-Encoding: 8bit" not in MessageTemplate(narrow, is_8bit=False).fill(VALUES)
    assert MessageTemplate(wide, is_8bit=True).fill(VALUES).count(b"quoted-printable") == 1
    assert MessageTemplate(narrow, is_8bit=False).fill(VALUES).isascii()


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("a.b =<>&\n\t é–ع😀_"),
        st.characters(exclude_characters="\r\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ue000\ue001", codec="utf-8"),
    ),
    max_size=400,
)
MARKS = st.sampled_from([UNSUBSCRIBE_MARK, PREFERENCES_MARK])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    stretches = draw(st.lists(TEXTS, min_size=1, max_size=4))
    between = draw(st.lists(MARKS, min_size=len(stretches), max_size=len(stretches)))
    return "".join(f"{stretch}{mark}" for stretch, mark in zip(stretches, between, strict=True))


def filled(text: str) -> str:
    return text.replace(UNSUBSCRIBE_MARK, MY_UNSUBSCRIBE).replace(PREFERENCES_MARK, MY_PREFERENCES)


@given(text=bodies(), html=bodies())
def test_quoted_printable_gives_back_exactly_what_was_written(text: str, html: str) -> None:
    message = written(False, text=text, html=html)

    assert message.isascii()
    body = re.sub(rb"(?m)^\.\.", b".", message).partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76  # RFC 2045 §6.7
    assert part(received(message), "plain") == filled(text)
    assert part(received(message), "html") == filled(html)


@given(text=bodies(), html=bodies())
def test_8bit_differs_from_what_was_written_by_folds_at_spaces_only(text: str, html: str) -> None:
    message = written(True, text=text, html=html)

    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert part(received(message), "plain").replace("\n", " ") == filled(text).replace("\n", " ")
    assert part(received(message), "html").replace("\n", " ") == filled(html).replace("\n", " ")


@given(text=bodies(), html=bodies(), is_8bit=st.booleans())
def test_no_body_can_end_the_message_early_or_break_its_lines(text: str, html: str, is_8bit: bool) -> None:
    message = written(is_8bit, text=text, html=html)

    lines = message.split(b"\r\n")
    assert not any(line.startswith(b".") and not line.startswith(b"..") for line in lines)
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert message.endswith(b"--\r\n")
    assert len(list(received(message).iter_parts())) == 2


@given(subject=st.text(), list_name=st.text(), is_8bit=st.booleans())
def test_no_subject_and_no_name_adds_a_header(subject: str, list_name: str, is_8bit: bool) -> None:
    try:
        message = received(written(is_8bit, subject=subject, list_name=list_name))
    except ValueError:
        return  # refused: that is fine too

    assert message.keys() == received(written(is_8bit)).keys()
    assert message["List-Id"].endswith("<partners.example.org>")
    assert message["To"] == "reader@example.org"


@pytest.mark.parametrize("subject", ["Un écran ne protège personne", "الشاشة لا تحمي أحدًا", "x" * 300, "a " * 200])
def test_subjects_of_every_language_arrive_as_written(subject: str) -> None:
    message = written(False, subject=subject)

    assert received(message)["Subject"] == subject
    assert message.split(b"\r\n\r\n")[0].isascii()


def test_a_list_with_a_name_in_any_script_keeps_its_identifier() -> None:
    for name in ("Parents & coachs, Liège", 'The "best" list', "القائمة البريدية الطويلة جدا للشركاء في كل البلدان"):
        header = received(written(False, list_name=name))["List-Id"]

        assert header.endswith("<partners.example.org>")


@given(st.text(max_size=60))
def test_whatever_passes_the_checks_cannot_break_a_header_or_a_command(value: str) -> None:
    for check in (checked, checked_address, checked_token):
        try:
            passed = check(value)
        except HeaderRefused:
            continue
        assert passed.isascii()
        assert passed.isprintable()
        assert passed == passed.strip() == value


@pytest.mark.parametrize(
    "address",
    ["a@b\r\nBcc: c@d", "a@b>\r\nRCPT TO:<c@d", "a b@c", "<a@b>", "a@b@c", "é@example.org", "", "a", "@b", "a\x00@b"],
)
def test_an_address_that_would_end_its_brackets_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        checked_address(address)


def test_a_token_longer_than_its_line_is_refused() -> None:
    assert checked_token("a" * LONGEST_TOKEN)

    with pytest.raises(HeaderRefused):
        checked_token("a" * (LONGEST_TOKEN + 1))
