"""How do captions come in? As WebVTT or SubRip, in a file or typed; they are kept as WebVTT."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cms.films.caption_problems import CaptionProblem, CaptionsRefused
from cms.films.webvtt import MAX_BYTES, Cue, accepted, parsed, seconds, text_problems, timing_problems, written

_SRT_TIMING = re.compile(r"(\d{1,2}:\d{2}:\d{2}[,.]\d{3})[ \t]+-->[ \t]+(\d{1,2}:\d{2}:\d{2}[,.]\d{3})(?:[ \t]+\S.*)?")
_KEPT_TAG = re.compile(r"</?[biu]>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")


def decoded(data: bytes) -> str:
    """Return the text of an uploaded file; CaptionsRefused if it isn't UTF-8, or UTF-16 that says so."""
    if len(data) > MAX_BYTES:
        raise CaptionsRefused([CaptionProblem(1, _("The file is too big to be captions."))])
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = _("A character can't be read. Save the file with the encoding UTF-8, then upload it again.")
        raise CaptionsRefused([CaptionProblem(line, message)]) from error


def as_webvtt(text: str, *, duration_s: float | None) -> str:
    """Return captions in either form as canonical WebVTT; CaptionsRefused names every fault with its line."""
    if "\0" in text:
        raise CaptionsRefused([CaptionProblem(1, _("This is no text. Upload a .vtt or .srt file."))])
    if not text.strip():
        raise CaptionsRefused([CaptionProblem(1, _("There are no captions in it: write at least one."))])
    if _is_subrip(text):
        return written(_from_subrip(text, duration_s))
    return written(parsed(text, duration_s=duration_s))


def _is_subrip(text: str) -> bool:
    head = text.lstrip("\ufeff \t\r\n")
    return not head.startswith("WEBVTT") and re.match(r"(\d+[ \t]*\r?\n)?\d{1,2}:\d{2}:\d{2}[,.]\d", head) is not None


def _from_subrip(text: str, duration_s: float | None) -> tuple[Cue, ...]:
    lines = [line.strip() for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")]
    problems: list[CaptionProblem] = []
    cues = tuple(_cues(lines, problems))
    problems += timing_problems(cues, duration_s=duration_s)
    return accepted(cues, problems)


def _cues(lines: list[str], problems: list[CaptionProblem]) -> Iterator[Cue]:
    position = 0
    while position < len(lines):
        if not lines[position]:
            position += 1
            continue
        if lines[position].isdigit() and position + 1 < len(lines) and lines[position + 1]:
            position += 1  # the number of the caption
        end = next((index for index in range(position, len(lines)) if not lines[index]), len(lines))
        cue = _cue(position + 1, lines[position:end], problems)
        if cue:
            yield cue
        position = end


def _cue(number: int, block: list[str], problems: list[CaptionProblem]) -> Cue | None:
    match = _SRT_TIMING.fullmatch(block[0])
    start, end = (_seconds(match[1]), _seconds(match[2])) if match else (None, None)
    if start is None or end is None:
        problems.append(CaptionProblem(number, _("This should be a timing, like 00:00:01,000 --> 00:00:04,000.")))
        return None
    cue = Cue(start, end, "\n".join(_text(line) for line in block[1:]), number)
    found = list(text_problems(cue))
    if len(block) == 1:
        found.append(CaptionProblem(number, _("The caption has no words.")))
    problems.extend(found)
    return None if found else cue


def _seconds(stamp: str) -> float | None:
    return seconds(stamp.replace(",", ".").rjust(12, "0"))


def _text(line: str) -> str:
    """Keep bold, italic and underline; what other tags say about looks is dropped, the rest is text."""
    kept = _ANY_TAG.sub(lambda match: match[0].lower() if _KEPT_TAG.fullmatch(match[0]) else "", line)
    parts = re.split(r"(</?[biu]>)", kept)
    return "".join(part if _KEPT_TAG.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    return re.sub(r"&(?!\w+;|#\d+;)", "&amp;", text).replace("<", "&lt;").replace("-->", "--&gt;")
