"""What must a comic have before it may be released?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.releases.gate import Reason


@dataclass(frozen=True)
class PlacedPanel:
    """A panel, where it stands, and the path of its fields in the editor."""

    page_number: int
    number: int
    path: str
    value: Any

    @property
    def label(self) -> str:
        return _("page %(page)d, panel %(panel)d") % {"page": self.page_number, "panel": self.number}

    def reason(self, code: str, message: str, field: str) -> Reason:
        """``message`` has the places ``page`` and ``panel``."""
        message %= {"page": self.page_number, "panel": self.number}
        return Reason(code=code, message=message, field=f"{self.path}.{field}")


def placed_panels(pages: Any) -> Iterator[PlacedPanel]:
    """Yield every panel of a comic in reading order."""
    for page_number, page in enumerate(pages, start=1):
        for number, panel in enumerate(page.value["panels"].bound_blocks, start=1):
            yield PlacedPanel(page_number, number, f"pages.{page.id}.panels.{panel.id}", panel.value)


class ComicHasPanels:
    code = "comic-panels"
    label = gettext_lazy("There is at least one page, and every page has a panel.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        if not edition.pages:
            yield Reason(self.code, _("Add the first page of the comic."), "pages")
        for number, page in enumerate(edition.pages, start=1):
            if not page.value["panels"]:
                message = _("Page %(page)d has no panel: add one, or remove the page.") % {"page": number}
                yield Reason(self.code, message, f"pages.{page.id}")


class PanelsHaveArtwork:
    code = "comic-artwork"
    label = gettext_lazy("Every panel has its artwork.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        for panel in placed_panels(edition.pages):
            if panel.value["artwork"] is None:
                yield panel.reason(self.code, _("Page %(page)d, panel %(panel)d: choose its artwork."), "artwork")


class PanelsHaveTheirWords:
    code = "comic-words"
    label = gettext_lazy("The words of every panel are there, or nobody speaks in it.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        for panel in placed_panels(edition.pages):
            yield from self._of_panel(panel)

    def _of_panel(self, panel: PlacedPanel) -> Iterable[Reason]:
        lines = panel.value["speech"]
        if panel.value["silent"] and len(lines):
            yield panel.reason(
                self.code,
                _("Page %(page)d, panel %(panel)d: it has words, but is ticked as a panel where nobody speaks."),
                "silent",
            )
        elif not panel.value["silent"] and not len(lines):
            yield panel.reason(
                self.code, _("Page %(page)d, panel %(panel)d: write its words, or tick that nobody speaks."), "speech"
            )
        elif any(not line["text"].strip() for line in lines):
            yield panel.reason(self.code, _("Page %(page)d, panel %(panel)d: a balloon or box is empty."), "speech")


class ToolHasCover:
    code = "tool-cover"
    label = gettext_lazy("A cover is chosen.")

    def __call__(self, edition: Any) -> Iterable[Reason]:
        if edition.cover is None:
            yield Reason(self.code, _("Choose a cover: it stands for the tool in every list."), "cover")
