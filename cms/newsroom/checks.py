"""What must an issue have before it may be released?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.newsroom.allowlist import useless_links
from cms.releases.gate import Check, Reason
from cms.releases.models import Edition


@dataclass(frozen=True)
class PlacedItem:
    """An item, its place, and the path of its fields in the editor."""

    number: int
    path: str
    value: Any

    @property
    def text(self) -> str:
        return str(self.value["text"].source) if self.value["text"] else ""


def placed_items(items: Any) -> Iterator[PlacedItem]:
    """Yield the items of an issue in reading order."""
    for number, item in enumerate(items, start=1):
        yield PlacedItem(number, f"items.{item.id}", item.value)


class IssueHasItems:
    code = "issue-items"
    label = gettext_lazy("There is at least one item, and every item has a heading and a text.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        if not edition.items:
            yield Reason(self.code, _("Add the first item of the issue."), "items")
        for item in placed_items(edition.items):
            if not item.value["heading"].strip():
                message = _("Item %(number)d: write its heading.") % {"number": item.number}
                yield Reason(self.code, message, f"{item.path}.heading")
            if not strip_tags(item.text).strip():
                message = _("Item %(number)d: write its text.") % {"number": item.number}
                yield Reason(self.code, message, f"{item.path}.text")


class LinksLeadSomewhere:
    code = "issue-links"
    label = gettext_lazy("Every link can be followed from a mail.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        for words in useless_links(edition.introduction):
            message = _("Introduction: the link “%(words)s” leads nowhere from a mail. Give it a complete address.")
            yield Reason(self.code, message % {"words": words}, "introduction")
        for item in placed_items(edition.items):
            for words in useless_links(item.text):
                message = _(
                    "Item %(number)d: the link “%(words)s” leads nowhere from a mail. "
                    "Give it a complete address, or choose the tool below the text."
                )
                yield Reason(self.code, message % {"number": item.number, "words": words}, f"{item.path}.text")


class ToolsAreReleased:
    code = "issue-tools"
    label = gettext_lazy("Every tool the issue points at is released, in this language or another.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        pointing = [(item, item.value["tool"]) for item in placed_items(edition.items) if item.value["tool"]]
        ids = {tool.translation_key for _item, tool in pointing}
        standing = Edition.objects.filter(tool_id__in=ids, latest__isnull=False)
        released = set(standing.values_list("tool_id", flat=True))
        for item, tool in pointing:
            if tool.translation_key not in released:
                message = _("Item %(number)d: “%(tool)s” is not released. Release it first, or choose another tool.")
                yield Reason(self.code, message % {"number": item.number, "tool": tool.title}, f"{item.path}.tool")


ISSUE_CHECKS: tuple[Check, ...] = (IssueHasItems(), LinksLeadSomewhere(), ToolsAreReleased())
