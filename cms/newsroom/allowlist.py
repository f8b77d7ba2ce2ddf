"""Which HTML may leave in an issue? The contract's small allow-list; all else loses its tags and keeps its words."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from wagtail.rich_text import expand_db_html
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule

LINK_SCHEMES = {"http", "https", "mailto", "tel"}


def allowed_html(source: str) -> str:
    """Return stored rich text reduced to the allow-list; a link that leads nowhere from outside keeps its words."""
    return str(IssueHtml().clean(expand_db_html(source))).strip()


def useless_links(source: str) -> tuple[str, ...]:
    """Return the words of the links in ``source`` that a reader of a mail couldn't follow."""
    links = BeautifulSoup(expand_db_html(source), "html.parser").find_all("a")
    return tuple(link.get_text().strip() for link in links if not followable(str(link.get("href", ""))))


def followable(href: str) -> str | None:
    """Return ``href`` if it can be followed from a mail: complete, and of a safe scheme."""
    parts = urlsplit(href.strip())
    target = parts.netloc if parts.scheme in {"http", "https"} else parts.path
    return href.strip() if parts.scheme in LINK_SCHEMES and target else None


def _link(tag: Any) -> None:
    attribute_rule({"href": followable})(tag)
    if not tag.get("href"):
        tag.unwrap()


def _renamed(name: str) -> Callable[[Any], None]:
    def rename(tag: Any) -> None:
        tag.name = name
        tag.attrs = {}

    return rename


def _silenced(tag: Any) -> None:
    tag.decompose()


class IssueHtml(Whitelister):
    """Keeps p, a, b, i, ul, ol, li, h3 and br."""

    element_rules: ClassVar = {
        "[document]": allow_without_attributes,
        "a": _link,
        "strong": _renamed("b"),
        "em": _renamed("i"),
        **dict.fromkeys(("p", "b", "i", "ul", "ol", "li", "h3", "br"), allow_without_attributes),
        **dict.fromkeys(("script", "style", "template", "iframe", "object"), _silenced),
    }
