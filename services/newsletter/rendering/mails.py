"""How is a mail drawn? MJML to HTML, beside plain text, in one language, with nothing from elsewhere."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi, override
from mjml import mjml2html

from foundation.contracts.release import Direction
from services.newsletter.rendering.languages import spoken

# Where each reader's own tokens stand until the message is written. Cleaned content can't contain these characters.
UNSUBSCRIBE_MARK = "\ue000u\ue001"
PREFERENCES_MARK = "\ue000p\ue001"

_ATTRIBUTES = re.compile(r"<mj-title>[^<]*|<[^<>]+>")  # the title becomes an attribute too
_REFERENCED = re.compile(r"[^\n -\[\]-~]")  # all but printable ASCII without the backslash


@dataclass(frozen=True)
class Drawn:
    """A mail in one language."""

    subject: str
    html: str
    text: str


def draw(
    template: str, context: dict[str, Any], *, subject: str, locale: str, direction: Direction | None = None
) -> Drawn:
    """Draw ``mails/<template>.mjml`` and ``.txt``; our own words in the nearest language we speak."""
    with override(spoken(locale)):
        is_rtl = direction == "rtl" if direction else get_language_bidi()
        sides = {"direction": "rtl" if is_rtl else "ltr", "start": "right" if is_rtl else "left"}
        values = {"subject": subject, "locale": locale, "organisation": settings.ORGANISATION, **sides, **context}
        html = to_html(render_to_string(f"mails/{template}.mjml", values))
        text = render_to_string(f"mails/{template}.txt", values)
    return Drawn(subject, html, tidy(text))


def to_html(mjml: str) -> str:
    """Return the HTML of an MJML document; ``fonts={}`` keeps mrml from linking its default web font.

    In attributes, mrml writes what it holds for unprintable, among it Arabic vowel signs, as ``\\u{64b}``, and doubles
    backslashes. Character references it leaves alone.
    """
    html = mjml2html(_ATTRIBUTES.sub(_with_references, mjml), fonts={})
    return html.replace("&#57344;", "\ue000").replace("&#57345;", "\ue001")


def _with_references(match: re.Match[str]) -> str:
    return _REFERENCED.sub(lambda character: f"&#{ord(character[0])};", match[0])


def tidy(text: str) -> str:
    """Return plain text with at most one empty line in a row and one line end at the end."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
