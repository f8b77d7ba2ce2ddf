"""What is on one page of a list, and where does it go on?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from cms.delivery import queries
from cms.delivery.answers import Answer
from cms.delivery.contracts import ReleaseItem
from cms.delivery.cursors import CursorUnreadable, decoded, encoded
from cms.delivery.errors import Unknown, not_in_this_language, recalled
from cms.delivery.items import item_of, json_bytes, list_of, pinned_url
from cms.delivery.languages import best, candidates
from cms.delivery.parameters import (
    ChangesQuery,
    InLanguages,
    IssuesQuery,
    Readable,
    ReleasesQuery,
    ToolsQuery,
    bad_cursor,
)
from cms.delivery.queries import Order, Row, Selection
from cms.releases.models import Release

HISTORY = "locale,-number"


@dataclass(frozen=True)
class Listing:
    """A list that was asked for: tools, or issues."""

    request: HttpRequest
    query: ToolsQuery | IssuesQuery
    selection: Selection

    @classmethod
    def of_tools(cls, request: HttpRequest) -> "Listing":
        """Read the parameters of the list of tools."""
        query = ToolsQuery.read(request.GET)
        kinds = (query.kind,) if query.kind else ("comic", "film")
        wanted = candidates(query.locale, query.fallback)
        return cls(request, query, Selection(kinds, wanted, query.theme, query.audience))

    @classmethod
    def of_issues(cls, request: HttpRequest) -> "Listing":
        """Read the parameters of the list of issues."""
        query = IssuesQuery.read(request.GET)
        return cls(request, query, Selection(("issue",), candidates(query.locale, query.fallback), None, None))

    def answer(self) -> Answer:
        """Return the page."""
        order = Order.named(self.query.sort)
        rows = queries.editions_page(self.selection, order, self._after(order), self.query.limit + 1)
        shown = rows[: self.query.limit]
        locales = queries.available_locales([row.tool_id for row in shown])
        items = [item_of(row, locales[row.tool_id], self.query.fields) for row in shown]
        more = len(rows) > len(shown)
        return Answer.of(list_of(items, self._next(shown[-1], order) if more else None))

    def _after(self, order: Order) -> Q | None:
        if self.query.cursor is None:
            return None
        try:
            value, tool_id = decoded(self.query.cursor, order.name, 2)
            of_column = datetime.fromisoformat(value) if order.column == "released_at" else value
            return order.after(of_column, UUID(tool_id))
        except (CursorUnreadable, ValueError) as error:
            raise bad_cursor() from error

    def _next(self, last: Row, order: Order) -> str:
        value = last.released_at.isoformat() if order.column == "released_at" else last.sort_title
        return next_url(self.request, encoded(order.name, value, str(last.tool_id)))


def tool(request: HttpRequest, tool_id: UUID) -> Answer:
    """Return a tool in the best language; raises Unknown or Gone."""
    query = InLanguages.read(request.GET)
    wanted = candidates(query.locale, query.fallback)
    payloads = {edition.locale: edition.payload for edition in queries.editions_of(tool_id)}
    standing = {locale: payload for locale, payload in payloads.items() if payload is not None}
    if not payloads:
        raise Unknown("There is no such tool.")
    if not standing:
        raise recalled("This tool was recalled: delete every copy of it.")
    served = best(wanted, standing, queries.preferred_locales())
    if served is None:
        if best(wanted, payloads, ()) is not None:
            raise recalled("This edition was recalled: delete every copy of it.", available=sorted(standing))
        raise not_in_this_language(sorted(standing))
    report = {"requested_locale": query.locale, "served_locale": served, "available_locales": sorted(standing)}
    return Answer.of(json_bytes(report)[:-1] + b',"release":' + standing[served] + b"}")


def pinned(request: HttpRequest, tool_id: UUID, locale: str, number: int) -> Answer:
    """Return a release by its number: exactly the stored bytes; raises Unknown or Gone."""
    Readable.read(request.GET)
    release = queries.pinned_release(tool_id, locale, number)
    if release is None:
        raise Unknown("There is no such release.")
    if release.recalled_at is not None:
        raise recalled("This release was recalled: delete every copy of it.", at=release.recalled_at)
    return Answer(release.payload, f'"{release.sha256}"')


def history(request: HttpRequest, tool_id: UUID) -> Answer:
    """Return the releases of a tool, recalled ones too."""
    query = ReleasesQuery.read(request.GET)
    rows = queries.history(tool_id, query.locale, _after_release(query.cursor), query.limit + 1)
    if not rows and not query.cursor:
        raise Unknown("There is no such tool, or it was never released in this language.")
    shown = rows[: query.limit]
    last = shown[-1] if len(rows) > len(shown) else None
    following = next_url(request, encoded(HISTORY, last.locale, str(last.number))) if last else None
    return Answer.of(list_of([_release_item(row).model_dump_json().encode() for row in shown], following))


def changes(request: HttpRequest) -> Answer:
    """Return what has changed since a cursor."""
    query = ChangesQuery.read(request.GET)
    rows = queries.changes_after(query.cursor, query.limit + 1)
    shown = rows[: query.limit]
    body = {
        "items": [item.model_dump(mode="json") for item in shown],
        "next_cursor": shown[-1].cursor if shown else query.cursor,
        "more": len(rows) > len(shown),
    }
    return Answer.of(json_bytes(body))


def next_url(request: HttpRequest, cursor: str) -> str:
    """Return the address of the next page."""
    return f"{request.path}?{urlencode({**request.GET.dict(), 'cursor': cursor})}"


def _after_release(cursor: str | None) -> Q | None:
    if cursor is None:
        return None
    try:
        locale, number = decoded(cursor, HISTORY, 2)
        return Q(locale__gt=locale) | Q(locale=locale, number__lt=int(number))
    except (CursorUnreadable, ValueError) as error:
        raise bad_cursor() from error


def _release_item(release: Release) -> ReleaseItem:
    withdrawal: Any = getattr(release, "withdrawal", None)
    return ReleaseItem.model_validate(
        {
            "locale": release.locale,
            "number": release.number,
            "title": release.title,
            "released_at": release.released_at,
            "change_class": release.change_class,
            "changelog": release.changelog,
            "sha256": release.sha256,
            "recalled_at": withdrawal and withdrawal.recall.recalled_at,
            "url": None if withdrawal else pinned_url(release.tool_id, release.locale, release.number),
        }
    )
