"""What would a browser send for a form of a page? Its fields with their present values, read from the HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str | None]
NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """``fields`` may hold a name several times; buttons are left out: name the one that is pressed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        return {name for name, _ in self.fields}

    def filled(self, **changes: str | list[str]) -> dict[str, list[str]]:
        """Return what is sent when these fields are changed and the others left as they are."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        for name, change in changes.items():
            sent[name] = change if isinstance(change, list) else [change]
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._is_multiple = False
        self._options: list[tuple[str, bool]] = []
        self._text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Attributes = dict(attrs)
        if tag == "form":
            self._form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._form)
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select, self._options, self._is_multiple = given.get("name"), [], "multiple" in given
        elif tag == "option" and self._select:
            self._options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea" and given.get("name"):
            self._text = (given["name"] or "", [])

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._text:
            name, parts = self._text
            self._add(name, "".join(parts).removeprefix("\n"))
            self._text = None
        elif tag == "select" and self._select:
            for value in self._chosen():
                self._add(self._select, value)
            self._select = None

    def _chosen(self) -> list[str]:
        """Return the selected options; a list of which one must be chosen begins with its first."""
        chosen = [value for value, is_selected in self._options if is_selected]
        return chosen or ([] if self._is_multiple else [value for value, _ in self._options[:1]])

    def _input(self, given: Attributes) -> None:
        name, kind = given.get("name"), (given.get("type") or "text").lower()
        is_left_out = kind in NOT_SENT or (kind in {"checkbox", "radio"} and "checked" not in given)
        if name and not is_left_out and "disabled" not in given:
            self._add(name, given.get("value") or ("on" if kind == "checkbox" else ""))

    def _add(self, name: str, value: str) -> None:
        if self._form is not None:
            self._form.fields.append((name, value))


def forms_of(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


def form_with(html: str, name: str) -> Form:
    """Return the form that has a field ``name``; LookupError if the page has none."""
    for form in forms_of(html):
        if name in form.names():
            return form
    raise LookupError(f"The page has no form with the field {name}.")
