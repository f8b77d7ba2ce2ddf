"""What does the API read? Releases, and nothing else; each function here is one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from cms.delivery.contracts import ChangeItem
from cms.delivery.languages import ANY
from cms.delivery.replica import reading_alias
from cms.releases.models import Change, Edition, EditionTerm, FeedPosition, Release

COUNT_OF_RANKS = 1_000


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column, ties by tool."""

    name: str
    column: str
    descending: bool

    @classmethod
    def named(cls, name: str) -> "Order":
        """Return the order a ``sort`` parameter names."""
        column = "sort_title" if name.endswith("title") else "released_at"
        return cls(name, column, name.startswith("-"))

    def by(self) -> tuple[str, str]:
        """Return what to order by."""
        sign = "-" if self.descending else ""
        return sign + self.column, f"{sign}tool_id"

    def after(self, value: Any, tool_id: UUID) -> Q:
        """Return the condition for rows behind this one."""
        step = "lt" if self.descending else "gt"
        return Q(**{f"{self.column}__{step}": value}) | Q(**{self.column: value, f"tool_id__{step}": tool_id})


@dataclass(frozen=True)
class Selection:
    """Which tools a list is about."""

    kinds: tuple[str, ...]
    wanted: tuple[str, ...]
    theme: str | None
    audience: str | None


@dataclass(frozen=True)
class Row:
    """One edition of a list; ``listing`` is its item as canonical JSON."""

    tool_id: UUID
    locale: str
    number: int
    released_at: datetime
    sort_title: str
    listing: bytes


@dataclass(frozen=True)
class EditionState:
    """One edition of a tool; ``payload`` is None after a recall."""

    locale: str
    payload: bytes | None


@dataclass(frozen=True)
class PinnedRelease:
    """One release by number; ``payload`` is None where it wasn't asked for."""

    sha256: str
    recalled_at: datetime | None
    payload: bytes


def feed_position() -> int:
    """Return the cursor of the last change: as long as it stays the same, so does every answer."""
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(_position_sql())
        row = cursor.fetchone()
    return row[0] if row else 0


@cache
def _position_sql() -> str:
    return f"SELECT value FROM {connection.ops.quote_name(FeedPosition._meta.db_table)}"  # noqa: S608 - a constant


def editions_page(selection: Selection, order: Order, after: Q | None, count: int) -> list[Row]:
    """Return the best edition of each tool, up to ``count`` behind ``after``."""
    editions = _standing(selection.wanted).filter(kind__in=selection.kinds)
    if len(selection.wanted) != 1 or selection.wanted[0] == ANY:
        editions = _best_of_each_tool(editions, selection.wanted)
    for vocabulary, code in (("theme", selection.theme), ("audience", selection.audience)):
        if code:
            terms = EditionTerm.objects.filter(edition=OuterRef("pk"), vocabulary=vocabulary, code=code)
            editions = editions.filter(Exists(terms))
    if after is not None:
        editions = editions.filter(after)
    columns = ("tool_id", "locale", "latest__number", "released_at", "sort_title", "latest__listing")
    rows = editions.order_by(*order.by()).values_list(*columns)[:count]
    return [Row(row[0], row[1], row[2], row[3], row[4], bytes(row[5])) for row in rows]


def available_locales(tool_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the languages in which each tool can be read, sorted."""
    found: dict[UUID, list[str]] = {tool_id: [] for tool_id in tool_ids}
    editions = Edition.objects.filter(tool_id__in=tool_ids, latest__isnull=False).order_by("locale")
    for tool_id, locale in editions.values_list("tool_id", "locale"):
        found[tool_id].append(locale)
    return found


def editions_of(tool_id: UUID) -> list[EditionState]:
    """Return every edition a tool ever had."""
    rows = Edition.objects.filter(tool_id=tool_id).order_by("locale").values_list("locale", "latest__payload")
    return [EditionState(locale, bytes(payload) if payload else None) for locale, payload in rows]


def pinned_release(tool_id: UUID, locale: str, number: int) -> PinnedRelease | None:
    """Return one release, also one that was recalled; None where there never was one."""
    row = (
        Release.objects.filter(tool_id=tool_id, locale=locale, number=number)
        .values_list("sha256", "withdrawal__recall__recalled_at", "payload")
        .first()
    )
    return row and PinnedRelease(row[0], row[1], bytes(row[2]))


def history(tool_id: UUID, locale: str | None, after: Q | None, count: int) -> list[Release]:
    """Return releases of a tool, languages in order, newest numbers first."""
    releases = Release.objects.filter(tool_id=tool_id).select_related("withdrawal__recall")
    if locale:
        releases = releases.filter(locale=locale)
    if after is not None:
        releases = releases.filter(after)
    return list(releases.defer("payload", "listing").order_by("locale", "-number")[:count])


def changes_after(cursor: int, count: int) -> list[ChangeItem]:
    """Return the rows of the feed behind ``cursor``."""
    rows = Change.objects.filter(cursor__gt=cursor).order_by("cursor")
    fields = tuple(ChangeItem.model_fields)
    return [ChangeItem.model_validate(row) for row in rows.values(*fields)[:count]]


def preferred_locales() -> tuple[str, ...]:
    """Return the languages of the house, the first one first."""
    return tuple(code for code, _name in settings.LANGUAGES)


def _standing(wanted: Sequence[str]) -> QuerySet[Edition]:
    editions = Edition.objects.filter(latest__isnull=False)
    return editions if ANY in wanted else editions.filter(locale__in=wanted)


def _best_of_each_tool(editions: QuerySet[Edition], wanted: Sequence[str]) -> QuerySet[Edition]:
    """Keep those for which no edition of the same tool has a better rank, or the same and comes first by name."""
    rival = _standing(wanted).filter(tool_id=OuterRef("tool_id")).annotate(rank=_rank(wanted))
    better = rival.filter(Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), locale__lt=OuterRef("locale")))
    return editions.annotate(rank=_rank(wanted)).filter(~Exists(better))


def _rank(wanted: Sequence[str]) -> Case:
    tags = [tag for tag in wanted if tag != ANY]
    tags += [locale for locale in preferred_locales() if ANY in wanted and locale not in tags]
    places = [When(locale=tag, then=Value(place)) for place, tag in enumerate(tags)]
    return Case(*places, default=Value(COUNT_OF_RANKS), output_field=IntegerField())
