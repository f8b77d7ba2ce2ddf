"""Which language does a visitor read, and what do the site's own words say in it?"""

from collections.abc import Sequence
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from infra.local.web.application import Request

NAMES = {"en": "English", "fr": "Français", "nl": "Nederlands", "de": "Deutsch", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def accepted(header: str) -> tuple[str, ...]:
    """Return the languages of an Accept-Language header, the dearest first (RFC 9110 §12.5.4)."""
    weighted = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        if tag and tag != "*" and weight > 0:
            weighted.append((-weight, place, tag.strip().lower()))
    return tuple(tag for _, _, tag in sorted(weighted))


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def language_of(request: Request, offered: Sequence[str]) -> str:
    """Return the offered language the visitor chose by ``?lang=``, else prefers; the first one offered otherwise."""
    for tag in (request.query.get("lang", ""), *accepted(request.accept_language)):
        if tag.partition("-")[0] in offered:
            return tag.partition("-")[0]
    return offered[0]


@cache
def words(locale_folder: Path, language: str) -> NullTranslations:
    """Return the compiled translations of a site; English stands in the sources."""
    return translation("django", localedir=locale_folder, languages=[language], fallback=True)
