"""Are these captions valid WebVTT, and do they fit the film? (W3C WebVTT: The Web Video Text Tracks Format, §4)

What is kept is written anew from the cues: comments, styles and what editing programs add have no way through.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cms.films.caption_problems import CaptionProblem, CaptionsRefused

MAX_BYTES = 2 * 1024 * 1024
LONGEST_CUE_S = 30.0
END_TOLERANCE_S = 0.5
"""A last cue may outlive the film by this much: editing programs round."""

_STAMP = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TIMING = re.compile(r"(?P<start>\S+)[ \t]+-->[ \t]+(?P<end>\S+)(?:[ \t]+(?P<settings>\S.*?))?[ \t]*")
_SETTING = re.compile(
    r"vertical:(rl|lr)|line:-?\d+(\.\d+)?%?(,(start|center|end))?|position:\d+(\.\d+)?%(,(line-left|center|line-right))?"
    r"|size:\d+(\.\d+)?%|align:(start|center|end|left|right)"
)
_TAG = re.compile(r"<(/?)(b|i|u|c|v|lang|ruby|rt)?((?:\.[^\s<>.&]+)*)(?:[ \t]+([^<>]*))?>")


@dataclass(frozen=True)
class Cue:
    """Words on the screen from ``start_s`` to ``end_s``; ``line`` is where they stand in the source, from 1."""

    start_s: float
    end_s: float
    text: str
    line: int
    settings: str = ""


def parsed(text: str, *, duration_s: float | None) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT text; CaptionsRefused names every fault with its line."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise CaptionsRefused([CaptionProblem(1, _("The first line must be WEBVTT and nothing else."))])
    problems: list[CaptionProblem] = []
    cues = tuple(_cues(lines, problems))
    problems += timing_problems(cues, duration_s=duration_s)
    return accepted(cues, problems)


def accepted(cues: tuple[Cue, ...], problems: list[CaptionProblem]) -> tuple[Cue, ...]:
    """Return ``cues`` if there is nothing against them."""
    if not cues and not problems:
        problems = [CaptionProblem(1, _("There are no captions in it: write at least one."))]
    if problems:
        raise CaptionsRefused(sorted(problems, key=lambda problem: problem.line))
    return cues


def written(cues: Iterable[Cue]) -> str:
    """Return canonical WebVTT."""
    blocks = [f"{stamp(cue.start_s)} --> {stamp(cue.end_s)}{_spaced(cue.settings)}\n{cue.text}\n" for cue in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def transcript(vtt: str) -> str:
    """Return what valid WebVTT says, without tags and timings, one line per cue; who speaks comes before a colon."""
    return "\n".join(_spoken(cue.text) for cue in parsed(vtt, duration_s=None))


def timing_problems(cues: Iterable[Cue], *, duration_s: float | None) -> Iterator[CaptionProblem]:
    """Yield what is wrong with when the cues are shown."""
    before: Cue | None = None
    for cue in cues:
        if cue.end_s <= cue.start_s:
            yield CaptionProblem(cue.line, _("The caption ends before it begins."))
        elif round(cue.end_s - cue.start_s, 3) > LONGEST_CUE_S:  # times have milliseconds; their difference more
            yield CaptionProblem(cue.line, _("The caption stays longer than 30 seconds: split it."))
        if before and cue.start_s < before.start_s:
            yield CaptionProblem(cue.line, _("The caption begins before the one above it: put them in order."))
        elif before and cue.start_s < before.end_s:
            yield CaptionProblem(cue.line, _("The caption begins while the one above it is still shown."))
        if duration_s is not None and cue.end_s > duration_s + END_TOLERANCE_S:
            message = _("The caption ends after the film, which lasts %(length)s.") % {"length": stamp(duration_s)}
            yield CaptionProblem(cue.line, message)
        before = cue


def text_problems(cue: Cue) -> Iterator[CaptionProblem]:
    """Yield what is wrong with the words of a cue, each with its own line."""
    open_tags: list[str] = []
    for number, line in enumerate(cue.text.split("\n"), start=cue.line + 1):
        for piece in re.finditer(r"<[^>]*>?|&[^;\s]*;?", line):
            yield from (CaptionProblem(number, problem) for problem in _piece_problems(piece.group(), open_tags))
    if open_tags and open_tags != ["v"]:  # a voice that speaks to the end of its cue needs no end tag (§4.2.2)
        message = _("The tag <%(tag)s> is never closed.") % {"tag": open_tags[-1]}
        yield CaptionProblem(cue.line, message)


def stamp(seconds: float) -> str:
    """Return ``HH:MM:SS.mmm``."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def seconds(text: str) -> float | None:
    """Read ``[HH:]MM:SS.mmm``; None if it is written otherwise."""
    match = _STAMP.fullmatch(text)
    if not match:
        return None
    hours, minutes, whole, fraction = match.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + int(whole) + int(fraction) / 1000


def _cues(lines: list[str], problems: list[CaptionProblem]) -> Iterator[Cue]:
    blocks = list(_blocks(lines))
    for number, block in blocks[1:] if blocks and blocks[0][0] == 1 else blocks:
        if re.match(r"(NOTE|STYLE|REGION)(\s|$)", block[0]) and "-->" not in block[0]:
            continue
        cue = _cue(number, block, problems)
        if cue:
            yield cue


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands between empty lines, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, block: list[str], problems: list[CaptionProblem]) -> Cue | None:
    if "-->" not in block[0] and len(block) > 1 and "-->" in block[1]:
        number, block = number + 1, block[1:]  # a cue may have a name
    cue, problem = _timed(number, block[0])
    if problem or cue is None:
        problems.append(CaptionProblem(number, problem))
        return None
    cue = replace(cue, text="\n".join(line.strip() for line in block[1:]))
    found = list(_block_problems(cue, block))
    problems.extend(found)
    return None if found else cue


def _block_problems(cue: Cue, block: list[str]) -> Iterator[CaptionProblem]:
    if len(block) == 1:
        yield CaptionProblem(cue.line, _("The caption has no words."))
    for number, line in enumerate(block[1:], start=cue.line + 1):
        if "-->" in line:
            yield CaptionProblem(number, _("Leave an empty line before the next caption."))
            return
    yield from text_problems(cue)


def _timed(number: int, line: str) -> tuple[Cue | None, str]:
    match = _TIMING.fullmatch(line.strip())
    if not match:
        return None, _("This should be a timing, like 00:01.000 --> 00:04.000.")
    start, end = seconds(match["start"]), seconds(match["end"])
    if start is None or end is None:
        return None, _("The times must be written like 00:01.000 or 01:02:03.000, with three digits after a point.")
    settings = (match["settings"] or "").split()
    for setting in settings:
        if not _SETTING.fullmatch(setting):
            return None, _("The setting “%(setting)s” is not known.") % {"setting": setting}
    return Cue(start, end, "", number, " ".join(settings)), ""


def _piece_problems(piece: str, open_tags: list[str]) -> Iterator[str]:
    if piece.startswith("&"):
        if html.unescape(piece) == piece or not piece.endswith(";"):
            yield _("Write &amp; for the character &.")
        return
    if _STAMP.fullmatch(piece[1:-1]):
        return  # a time within a cue, for karaoke
    match = _TAG.fullmatch(piece)
    if not match or not match[2]:
        yield _("The tag %(tag)s is not known. Write &lt; for the character <.") % {"tag": piece}
    elif not match[1]:
        open_tags.append(match[2])
    elif not open_tags or open_tags.pop() != match[2]:
        yield _("The tag %(tag)s closes what was not opened.") % {"tag": piece}


def _spoken(text: str) -> str:
    voiced = re.sub(r"<v(?:\.[^\s>]+)*[ \t]+([^<>]*)>", r"\1: ", text)
    return html.unescape(re.sub(r"<[^>]*>", "", voiced)).replace("\n", " ").strip()


def _spaced(settings: str) -> str:
    return f" {settings}" if settings else ""
