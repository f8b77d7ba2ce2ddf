"""What is served? 500 tools in 4 languages, the same on every side."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from foundation.contracts.release import (
    Comic,
    ComicPage,
    Licence,
    Panel,
    Picture,
    PictureSource,
    ReleasePayload,
    Speech,
    Term,
)

TOOLS = 500
LOCALES = ("en", "fr", "nl", "de")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = "Nobody can see me here, she thinks, and sends the picture before she has looked at it twice."
_FORMATS = (("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg"))


def tool_id(number: int) -> UUID:
    return UUID(int=number + 1)


def payload(number: int, locale: str) -> ReleasePayload:
    """Return a comic of two pages with three panels each, each picture in three sizes and formats."""
    return ReleasePayload(
        tool_id=tool_id(number),
        kind="comic",
        locale=locale,
        direction="ltr",
        number=1,
        released_at=FIRST + timedelta(minutes=number),
        change_class="meaning",
        changelog="",
        title=f"Tool {number} ({locale})",
        slug=f"tool-{number}",
        summary=_WORDS,
        licence=Licence(code="cc-by-4.0", name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
        credit="The peer experts of Antwerp",
        themes=(Term(code="sexting", name="Sexting"),),
        cover=_picture(f"{number}-{locale}-cover"),
        comic=Comic(pages=tuple(ComicPage(number=n, panels=_panels(number, locale, n)) for n in (1, 2))),
    )


def as_fields(release: ReleasePayload) -> dict[str, Any]:
    """Return the fields of a stock page with the same content."""
    data = release.model_dump(mode="json", exclude_none=True)
    return {name: data[name] for name in ("title", "summary", "credit", "licence", "themes", "cover", "comic")}


def _panels(number: int, locale: str, page: int) -> tuple[Panel, ...]:
    return tuple(
        Panel(
            number=panel,
            artwork=_picture(f"{number}-{locale}-{page}-{panel}"),
            speech=(Speech(kind="speech", speaker="Nour", text=_WORDS), Speech(kind="narration", text=_WORDS)),
        )
        for panel in (1, 2, 3)
    )


def _picture(name: str) -> Picture:
    digest = name.encode().hex().ljust(64, "0")[:64]
    sources = tuple(
        PictureSource(
            url=f"/files/sha256/{digest[:2]}/{digest}.{suffix}",
            media_type=media_type,
            size_bytes=40_000,
            sha256=digest,
            width=width,
            height=width * 3 // 4,
        )
        for suffix, media_type in _FORMATS
        for width in (1440, 960, 480)
    )
    return Picture(alt=_WORDS, width=1440, height=1080, sources=sources)
