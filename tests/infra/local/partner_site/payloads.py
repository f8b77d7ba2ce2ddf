"""What the partner API answers, in the shape of the contracts both sides keep."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

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

COMIC_ID = UUID("11111111-1111-4111-8111-111111111111")
FILM_ID = UUID("22222222-2222-4222-8222-222222222222")
ISSUE_ID = UUID("33333333-3333-4333-8333-333333333333")


def asset(name: str, media_type: str) -> Asset:
    return Asset(url=f"/files/{name}", media_type=media_type, size_bytes=1, sha256=hashlib.sha256(b"").hexdigest())


def picture(alt: str) -> Picture:
    sources = tuple(
        PictureSource(**asset(f"{width}.{kind}", f"image/{kind}").model_dump(), width=width, height=width)
        for kind in ("avif", "jpeg")
        for width in (960, 320)
    )
    return Picture(alt=alt, width=960, height=960, sources=sources)


def payload(**particular: Any) -> ReleasePayload:
    common: dict[str, Any] = {
        "locale": "en",
        "direction": "ltr",
        "number": 2,
        "released_at": datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
        "change_class": "meaning",
        "changelog": "",
        "slug": "slug",
        "summary": "Two friends & a phone.",
        "licence": Licence(code="cc-by-4.0", name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
        "credit": "A group of young people",
        "themes": (Term(code="privacy", name="Privacy"),),
    }
    return ReleasePayload.model_validate(common | particular)


def comic(**changes: Any) -> ReleasePayload:
    speech = (
        Speech(kind="narration", text="Thursday."),
        Speech(kind="speech", speaker="Noor", text="It’s <only> a joke."),
    )
    panel = Panel(number=1, artwork=picture("A girl on a bed."), speech=speech)
    pages = (ComicPage(number=1, panels=(panel,)), ComicPage(number=2, panels=(panel,)))
    made = {
        "tool_id": COMIC_ID,
        "kind": "comic",
        "title": "No shield",
        "cover": picture("Two"),
        "comic": Comic(pages=pages),
    }
    return payload(**(made | changes))


def film() -> ReleasePayload:
    frozen = Film(
        duration_s=65.4,
        width=360,
        height=640,
        has_sound=True,
        hls=asset("master.m3u8", "application/vnd.apple.mpegurl"),
        mp4=asset("film.mp4", "video/mp4"),
        poster=picture("A boy in a yard."),
        captions=(Captions(locale="en", label="English", asset=asset("en.vtt", "text/vtt")),),
        transcript="Nobody speaks.\n\nMusic.",
    )
    return payload(tool_id=FILM_ID, kind="film", title="One tap", film=frozen)


def issue() -> ReleasePayload:
    items = (IssueItem(heading="Read it", text="<p>Now.</p>", tool_id=COMIC_ID, tool_kind="comic"),)
    frozen = Issue(issued_on=date(2014, 12, 18), introduction="<p>Dear all</p>", items=items)
    return payload(tool_id=ISSUE_ID, kind="issue", title="December", issue=frozen)


def found(release: ReleasePayload, *, available: tuple[str, ...] = ("en",)) -> dict[str, Any]:
    """Return the answer of ``/v1/tools/{tool_id}``; what is not there is left out, as the CMS does."""
    return {
        "requested_locale": "en",
        "served_locale": release.locale,
        "available_locales": list(available),
        "release": release.model_dump(mode="json", exclude_none=True),
    }


def item(release: ReleasePayload, *, available: tuple[str, ...] = ("en",)) -> dict[str, Any]:
    """Return a row of ``/v1/tools``."""
    names = "tool_id kind locale direction number title summary slug released_at change_class cover themes audiences"
    whole = release.model_dump(mode="json")
    return {name: whole[name] for name in names.split()} | {"available_locales": list(available), "url": "/v1/x"}
