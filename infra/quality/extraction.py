"""Which strings of a room can be translated? Read from its Python and its templates, without gettext installed."""

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

Found = tuple[tuple[str, ...], str | None]  # singular and perhaps plural; context

_PYTHON_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"(?<!\w)(npgettext|ngettext|pgettext|gettext|_)\(({_STRING}(?:,\s*{_STRING})*)")
_TEMPLATES = {".html", ".txt", ".mjml", ".xml"}


def messages_of(room: Path) -> Catalog:
    """Return the messages found below ``room``, each with the files it stands in."""
    catalog = Catalog()
    for path in sorted(room.rglob("*")):
        for forms, context in _found_in(path):
            catalog.add(
                forms if len(forms) > 1 else forms[0],
                locations=[(str(path.relative_to(room)), 1)],
                context=context,
                flags=("python-format",) if "%(" in forms[0] else (),
            )
    return catalog


def _found_in(path: Path) -> Iterator[Found]:
    if path.suffix == ".py" and "migrations" not in path.parts:
        yield from in_python(path)
    elif path.suffix in _TEMPLATES and "templates" in path.parts:
        yield from in_template(path.read_text(encoding="utf-8"))


def in_python(path: Path) -> Iterator[Found]:
    """Yield the messages marked by one of Django's functions in a Python file."""
    with path.open("rb") as file:
        for _, forms, _, context in extract("python", file, keywords=_PYTHON_KEYWORDS):
            yield (forms if isinstance(forms, tuple) else (forms,)), context


def in_template(text: str) -> Iterator[Found]:
    """Yield the messages of a Django template, as Django itself would look them up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # a comment for translators that is not the last on its line
        calls = templatize(text)
    for function, arguments in _CALL.findall(calls):
        strings = tuple(ast.literal_eval(string) for string in re.findall(_STRING, arguments))
        context, forms = (strings[0], strings[1:]) if function in {"pgettext", "npgettext"} else (None, strings)
        yield forms, context
