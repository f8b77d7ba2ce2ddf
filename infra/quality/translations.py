"""Is every string translated in every language it must be, with the same placeholders?"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError

from infra.quality.areas import ROOT
from infra.quality.extraction import messages_of
from infra.quality.messages import CATALOGUES, read

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z][^>]*>")


def check() -> list[str]:
    """Return what is missing or wrong in any catalogue."""
    complaints = []
    for catalogue in CATALOGUES:
        wanted = messages_of(catalogue.sources)
        for language in catalogue.languages if len(wanted) else ():
            complaints += complaints_about(catalogue.po(language), wanted)
    return complaints


def complaints_about(po: Path, wanted: Catalog) -> list[str]:
    """Return what the file ``po`` lacks of the messages in ``wanted``, at most twenty lines of it."""
    name = po.relative_to(ROOT) if po.is_relative_to(ROOT) else po
    if not po.exists():
        return [f"{name} is missing: run ./hub fix and translate it."]
    try:
        present = read(po)
    except PoFileError as error:
        return [f"{name}: {error}"]
    complaints = [f"{name}: {sentence}" for message in wanted if message.id for sentence in _compare(message, present)]
    return complaints if len(complaints) <= 20 else [*complaints[:20], f"{name}: and {len(complaints) - 20} more."]


def _compare(message: Message, present: Catalog) -> Iterator[str]:
    source = _forms_of(message.id)[0]
    translated = present.get(source, message.context)
    if translated is None or not _is_whole(translated):
        yield f"not translated: {source!r}"
        return
    for form in _forms_of(translated.string):
        if _placeholders(form) != _placeholders(source) and not _leaves_number_out(translated, form):
            yield f"other placeholders in the translation of {source!r}"


def _is_whole(message: Message) -> bool:
    return not message.fuzzy and all(_forms_of(message.string))


def _forms_of(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the singular and perhaps plural forms of a message or of its translation."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def _leaves_number_out(message: Message, form: str) -> bool:
    """Tell whether ``form`` only leaves the number out, as Arabic does for none, one and two."""
    return message.pluralizable and set(_placeholders(form)) <= set(_placeholders(_forms_of(message.id)[-1]))
