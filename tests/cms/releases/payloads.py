"""How do tests get releases without a page: the same actions, on a payload written by hand?"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cms.releases import queries
from cms.releases.actions import Prepared, PublicFile, release_edition
from cms.releases.models import Release
from foundation.contracts.release import (
    Asset,
    Captions,
    Comic,
    ComicPage,
    Film,
    Issue,
    IssueItem,
    Licence,
    Panel,
    Picture,
    PictureSource,
    ReleasePayload,
    Speech,
    Term,
)
from foundation.storage import public_store, put

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LICENCE = Licence(code="cc-by-4.0", name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/")


def released(
    tool_id: UUID | None = None,
    *,
    locale: str = "en",
    title: str = "Behind the screen",
    minutes: int = 0,
    files: tuple[PublicFile, ...] = (),
    **fields: Any,
) -> Release:
    """Release a comic, or what ``fields`` make of it, some minutes after NOW."""
    payload = payload_of(tool_id or uuid4(), locale=locale, title=title, **fields)
    release = release_edition(prepared(payload, files), by=None, at=NOW + timedelta(minutes=minutes))
    assert release is not None
    return release


def prepared(payload: ReleasePayload, files: tuple[PublicFile, ...] = ()) -> Prepared:
    return Prepared(payload, files, queries.recall_count(payload.tool_id, payload.locale))


def payload_of(tool_id: UUID, *, locale: str = "en", kind: str = "comic", **fields: Any) -> ReleasePayload:
    values: dict[str, Any] = {
        "tool_id": tool_id,
        "kind": kind,
        "locale": locale,
        "direction": "rtl" if locale == "ar" else "ltr",
        "number": 1,
        "released_at": NOW,
        "change_class": "meaning",
        "changelog": "",
        "title": "Behind the screen",
        "slug": "behind-the-screen",
        "summary": "Two friends find out that a screen doesn't protect them.",
        "licence": LICENCE,
        "credit": "The peer experts of Antwerp",
        "themes": (Term(code="sexting", name="Sexting"),),
        "audiences": (Term(code="teenagers", name="Teenagers"),),
        "cover": picture(),
        kind: _OF_KIND[kind](),
    }
    return ReleasePayload.model_validate(values | fields)


def public_file(content: bytes = b"pixels", *, name: str = "sha256/aa/picture.jpg") -> PublicFile:
    """Put a file into the public store, as an AssetCollector does."""
    stored = put(public_store(), name, [content])
    return PublicFile(name, stored.sha256, "image/jpeg", stored.size_bytes)


def picture() -> Picture:
    source = PictureSource(**_asset("picture.jpg", "image/jpeg").model_dump(), width=640, height=480)
    return Picture(alt="Two friends at a table.", width=640, height=480, sources=(source,))


def _asset(name: str, media_type: str) -> Asset:
    return Asset(url=f"/files/sha256/aa/{name}", media_type=media_type, size_bytes=6, sha256="a" * 64)


def _comic() -> Comic:
    panel = Panel(number=1, artwork=picture(), speech=(Speech(kind="speech", speaker="Nour", text="Nobody sees me."),))
    return Comic(pages=(ComicPage(number=1, panels=(panel,)),))


def _film() -> Film:
    return Film(
        duration_s=75.0,
        width=1920,
        height=1080,
        has_sound=True,
        hls=_asset("master.m3u8", "application/vnd.apple.mpegurl"),
        mp4=_asset("film.mp4", "video/mp4"),
        poster=picture(),
        captions=(Captions(locale="en", label="English", asset=_asset("en.vtt", "text/vtt")),),
        transcript="Nour: A screen doesn't protect you.",
    )


def _issue() -> Issue:
    item = IssueItem(heading="A new comic", text="<p>Read it together.</p>")
    return Issue(issued_on=NOW.date(), introduction="<p>Hello!</p>", items=(item,))


_OF_KIND: dict[str, Any] = {"comic": _comic, "film": _film, "issue": _issue}
