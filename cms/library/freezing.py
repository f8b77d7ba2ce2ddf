"""How does a comic turn into what a release keeps?"""

from typing import Any

from cms.releases.assets import AssetCollector
from foundation.contracts.release import Comic, ComicPage, Panel, Speech


def frozen_comic(pages: Any, assets: AssetCollector) -> Comic:
    """Return the contract shape of a stream of page blocks; every panel must have its artwork."""
    return Comic(
        pages=tuple(
            ComicPage(number=number, panels=_panels(block.value["panels"], assets))
            for number, block in enumerate(pages, start=1)
        )
    )


def _panels(panels: Any, assets: AssetCollector) -> tuple[Panel, ...]:
    return tuple(
        Panel(
            number=number,
            artwork=assets.picture(panel["artwork"], panel["description"].strip()),
            speech=() if panel["silent"] else tuple(_speech(line) for line in panel["speech"]),
        )
        for number, panel in enumerate(panels, start=1)
    )


def _speech(line: Any) -> Speech:
    return Speech(kind=line["kind"], speaker=line["speaker"].strip(), text=line["text"].strip())
