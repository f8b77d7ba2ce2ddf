"""Which HTML of an issue may stand in a mail? An allow-list, checked again here; and the same content as plain text."""

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

# The contract's tags, and what editors' tools write in their place
_KEPT = {tag: tag for tag in ("p", "a", "b", "i", "ul", "ol", "li", "h3", "br")} | {"strong": "b", "em": "i"}
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "title",
    "textarea",
    "iframe",
    "object",
    "svg",
    "math",
}
_SCHEMES = {"http", "https", "mailto"}
# Controls, the invisible marks that reorder text (Trojan Source), and the private use area our own placeholders live in
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")


def clean_text(text: str) -> str:
    """Return one line of text without control characters."""
    return " ".join(_INVISIBLE.sub("", text).split())


def clean_html(html: str) -> str:
    """Return ``html`` reduced to the allow-list, well-formed as MJML needs it."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.result()


def plain_text(html: str) -> str:
    """Return the content of allow-listed ``html`` as lines of text; links keep their address in angle brackets."""
    writer = _PlainWriter()
    writer.feed(html)
    writer.close()
    return writer.result()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._skipping += 1
        kept = _KEPT.get(tag)
        if not kept or self._skipping:
            return
        if kept == "br":
            self._out.append("<br />")
            return
        href = _safe_href(dict(attrs).get("href")) if kept == "a" else None
        self._out.append(f'<a href="{escape(href)}">' if href else f"<{kept}>")
        self._open.append(kept)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._skipping = max(0, self._skipping - 1)
        kept = _KEPT.get(tag)
        if self._skipping or kept not in self._open:
            return
        while (last := self._open.pop()) != kept:
            self._out.append(f"</{last}>")
        self._out.append(f"</{kept}>")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._out.append(escape(_INVISIBLE.sub("", data), quote=False))

    def result(self) -> str:
        return "".join(self._out + [f"</{tag}>" for tag in reversed(self._open)])


def _safe_href(href: str | None) -> str | None:
    """Return an absolute address without spaces, or None."""
    address = "".join(_INVISIBLE.sub("", href or "").split())
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_absolute = bool(parts.netloc) or parts.scheme == "mailto"
    return address if parts.scheme in _SCHEMES and is_absolute else None


class _PlainWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._hrefs: list[str | None] = []
        self._lists: list[int | None] = []  # the next number of an ordered list, None for bullets

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "br":
                self._out.append("\n")
            case "p" | "h3":
                self._out.append("\n\n")
            case "ul" | "ol":
                self._out.append("\n")
                self._lists.append(1 if tag == "ol" else None)
            case "li":
                self._out.append(f"\n{self._bullet()} ")
            case "a":
                self._hrefs.append(dict(attrs).get("href"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._hrefs and (href := self._hrefs.pop()):
            self._out.append(f" <{href}>")
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._out.append("\n\n")

    def handle_data(self, data: str) -> None:
        self._out.append(re.sub(r"\s+", " ", data))

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "•"
        self._lists[-1] = number + 1
        return f"{number}."

    def result(self) -> str:
        lines = (line.strip() for line in "".join(self._out).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
