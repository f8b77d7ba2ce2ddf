"""Are captions taken only as valid WebVTT that fits the film, and is each fault named with its line?"""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cms.films.caption_problems import CaptionProblem, CaptionsRefused
from cms.films.subtitles import as_webvtt, decoded
from cms.films.webvtt import Cue, parsed, stamp, transcript, written

VALID = """WEBVTT - made by hand
Kind: captions

NOTE by Amal Example

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.500 align:start position:10%
<v Nour>Nobody can <i>see</i> me here.

00:00:02.500 --> 00:00:04.000
Tom &amp; Lea laugh.
[A door slams.]
"""

CANONICAL = """WEBVTT

00:00:01.000 --> 00:00:02.500 align:start position:10%
<v Nour>Nobody can <i>see</i> me here.

00:00:02.500 --> 00:00:04.000
Tom &amp; Lea laugh.
[A door slams.]
"""


def lines_of(text: str, duration_s: float | None = 60) -> list[int]:
    with pytest.raises(CaptionsRefused) as refusal:
        as_webvtt(text, duration_s=duration_s)
    return [problem.line for problem in refusal.value.problems]


def problems_of(text: str) -> tuple[CaptionProblem, ...]:
    try:
        as_webvtt(text, duration_s=None)
    except CaptionsRefused as refusal:
        return refusal.problems
    return ()


def first_message(text: str, duration_s: float | None = 60) -> str:
    with pytest.raises(CaptionsRefused) as refusal:
        as_webvtt(text, duration_s=duration_s)
    return refusal.value.messages[0]


def cue(timing: str, text: str = "Hello.") -> str:
    return f"WEBVTT\n\n{timing}\n{text}\n"


@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_valid_captions_are_kept_without_comments_and_styles(change: Callable[[str], str]) -> None:
    assert as_webvtt(change(VALID), duration_s=4) == CANONICAL


def test_what_was_kept_is_valid_itself() -> None:
    assert as_webvtt(CANONICAL, duration_s=4) == CANONICAL


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        ("00:01.000 --> 00:00.500", "ends before it begins"),
        ("00:01.000 --> 00:01.000", "ends before it begins"),
        ("00:01.000 -> 00:02.000", "should be a timing"),
        ("00:01.000-->00:02.000", "should be a timing"),
        ("00:01,000 --> 00:02,000", "three digits after a point"),
        ("1:01.000 --> 1:02.000", "three digits after a point"),
        ("00:61.000 --> 00:62.000", "three digits after a point"),
        ("00:01.000 --> 00:02.000 colour:red", "“colour:red” is not known"),
        ("00:01.000 --> 00:45.000", "longer than 30 seconds"),
        ("00:58.000 --> 01:02.000", "ends after the film, which lasts 00:01:00.000"),
    ],
)
def test_a_timing_that_cannot_be_is_named(timing: str, words: str) -> None:
    assert lines_of(cue(timing)) == [3]
    assert words in first_message(cue(timing))
    assert first_message(cue(timing)).startswith("Line 3: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>Hello.", "<b> is never closed"),
        ("Hello.</b>", "closes what was not opened"),
        ("<b><i>Hello.</b></i>", "closes what was not opened"),
        ("<script>alert(1)</script>", "<script> is not known"),
        ("1 < 2", "Write &lt;"),
        ("Tom & Lea", "Write &amp;"),
        ("<img src=x onerror=alert(1)>", "is not known"),
    ],
)
def test_markup_that_players_do_not_know_is_named(text: str, words: str) -> None:
    assert words in first_message(cue("00:01.000 --> 00:02.000", text))


@pytest.mark.parametrize(
    "text", ["<c.yellow.loud>Hey!</c>", "<v Nour>Hey!", "<00:01.500>Hey!", "<lang fr>Hé !</lang>", "مرحبا", "a &lt; b"]
)
def test_markup_of_the_standard_is_taken(text: str) -> None:
    assert text in as_webvtt(cue("00:01.000 --> 00:02.000", text), duration_s=60)


def test_overlaps_and_jumps_back_are_named() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nA\n\n00:02.000 --> 00:04.000\nB\n\n00:00.500 --> 00:00.900\nC\n"

    assert lines_of(text) == [6, 9]


def test_every_fault_is_named_at_once() -> None:
    text = "WEBVTT\n\n00:01.000\nA\n\n00:02.000 --> 00:04.000\n\n00:05.000 --> 00:06.000\n<b>C\n\nonly words\n"

    assert lines_of(text) == [3, 6, 8, 11]


def test_a_missing_empty_line_is_named() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:03.000 --> 00:04.000\nB\n"

    assert lines_of(text) == [5]


def test_many_faults_are_counted_not_listed() -> None:
    text = "WEBVTT\n" + "".join(f"\n00:00:{second:02d},000\nA\n" for second in range(30))

    with pytest.raises(CaptionsRefused) as refusal:
        as_webvtt(text, duration_s=None)

    assert len(refusal.value.messages) == 13
    assert refusal.value.messages[-1] == "There are 18 more faults below."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no captions in it"),
        ("WEBVTT\n", "no captions in it"),
        ("webvtt\n\n00:01.000 --> 00:02.000\nA", "first line must be WEBVTT"),
        ("Dear diary", "first line must be WEBVTT"),
        ("WEBVTT\0", "This is no text"),
    ],
)
def test_what_are_no_captions_is_said(text: str, words: str) -> None:
    assert words in first_message(text)


SUBRIP = """1
00:00:01,000 --> 00:00:02,500
<font color="#ff0000">Nobody</font> can <I>see</I> me & you.

2
00:00:02,500 --> 00:00:04,000 X1:0 X2:10
{\\an8}1 < 2
Second line
"""


def test_subrip_becomes_webvtt() -> None:
    assert as_webvtt(SUBRIP, duration_s=4) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nNobody can <i>see</i> me &amp; you.\n\n"
        "00:00:02.500 --> 00:00:04.000\n1 &lt; 2\nSecond line\n"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SUBRIP.replace("00:00:02,500 --> 00:00:04,000", "00:00:02,500 --> 4"), 6),
        (SUBRIP.replace("00:00:02,500 --> 00:00:04,000", "00:00:01,500 --> 00:00:04,000"), 6),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\n<i>A\n", 2),
    ],
)
def test_faults_of_subrip_are_named_with_their_line_too(text: str, line: int) -> None:
    assert lines_of(text) == [line]


def test_files_are_read_as_utf_8_or_16() -> None:
    assert decoded("\ufeffé".encode()) == "é"
    assert decoded("é".encode("utf-16")) == "é"


def test_another_encoding_is_named_with_the_line_of_the_first_strange_character() -> None:
    with pytest.raises(CaptionsRefused, match="Line 3: A character can't be read"):
        decoded("WEBVTT\n\né".encode("latin-1"))


def test_a_file_that_is_far_too_big_is_refused() -> None:
    with pytest.raises(CaptionsRefused, match="too big"):
        decoded(b" " * (2 * 1024 * 1024 + 1))


def test_a_transcript_says_who_speaks_and_nothing_else() -> None:
    assert transcript(CANONICAL) == "Nour: Nobody can see me here.\nTom & Lea laugh. [A door slams.]"


moments = st.integers(min_value=0, max_value=36_000_000)
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.lists(st.tuples(moments, st.integers(1, 30_000), words), min_size=1, max_size=20))
@example([(30_002, 30_000, "thirty seconds, though 60.002 - 30.002 is a little more")])
def test_what_is_written_is_read_back_as_it_was(raw: list[tuple[int, int, str]]) -> None:
    cues, end = [], 0
    for gap, length, text in raw:
        start = end + gap
        end = start + length
        cues.append(Cue(start / 1000, end / 1000, text, 0))

    read = parsed(written(cues), duration_s=None)

    assert [(stamp(cue.start_s), stamp(cue.end_s), cue.text) for cue in read] == [
        (stamp(cue.start_s), stamp(cue.end_s), cue.text) for cue in cues
    ]


TOKENS = ["WEBVTT", "\n", "\n\n", "00:01.000", "00:00:02,000", " --> ", "1", "A", "<b>", "</b>", "<v N>", "&", "&lt;"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_whatever_is_taken_is_taken_again_as_it_was_kept(text: str) -> None:
    with contextlib.suppress(CaptionsRefused):
        vtt = as_webvtt(text, duration_s=None)
        assert as_webvtt(vtt, duration_s=None) == vtt


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=20).map("".join))
def test_every_fault_has_a_line_of_the_text(text: str) -> None:
    lines = range(1, text.count("\n") + 2)

    problems = problems_of("WEBVTT\n\n" + text)

    assert all(problem.line - 2 in lines or problem.line == 1 for problem in problems)
