"""How does an issue turn into what a release keeps?"""

from typing import Any
from uuid import UUID

from cms.newsroom.allowlist import allowed_html
from cms.newsroom.checks import PlacedItem, placed_items
from cms.releases.assets import AssetCollector
from foundation.contracts.release import Issue, IssueItem


def frozen_issue(edition: Any, assets: AssetCollector) -> Issue:
    """Return the contract shape of an issue page."""
    return Issue(
        issued_on=edition.issued_on,
        introduction=allowed_html(edition.introduction),
        items=tuple(_item(item, assets) for item in placed_items(edition.items)),
    )


def _item(item: PlacedItem, assets: AssetCollector) -> IssueItem:
    value = item.value
    tool = value["tool"].specific if value["tool"] else None
    tool_id: UUID | None = tool.tool_id if tool else None
    return IssueItem(
        heading=value["heading"].strip(),
        text=allowed_html(item.text),
        tool_id=tool_id,
        tool_kind=tool.kind if tool else None,
        picture=assets.picture(value["picture"], value["picture_description"].strip()) if value["picture"] else None,
    )
