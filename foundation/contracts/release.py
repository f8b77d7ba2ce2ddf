"""What does a release look like to those who read it?

Every ``url`` is a path-absolute reference (RFC 3986 §4.2): resolve it against the address the release was read from.
"""

from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from foundation.contracts.base import Contract, Locale, Sha256

SCHEMA_VERSION: Final = 1

ChangeClass = Literal["typo", "meaning", "safety"]
Kind = Literal["comic", "film", "issue"]
Direction = Literal["ltr", "rtl"]


class Asset(Contract):
    """One public file, named by its content."""

    url: str
    media_type: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256


class PictureSource(Asset):
    """One size and format of a picture; widths and heights in pixels."""

    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Picture(Contract):
    """A picture with its alternative text; ``sources`` best format first, then widest first."""

    alt: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    sources: tuple[PictureSource, ...]


class Term(Contract):
    """A word of a taxonomy: a stable code and its name in the language of the release."""

    code: str
    name: str


class Licence(Contract):
    code: str
    name: str
    url: str


class Speech(Contract):
    kind: Literal["speech", "narration"]
    speaker: str = ""
    text: str


class Panel(Contract):
    """One panel of a comic, in reading order."""

    number: int = Field(ge=1)
    artwork: Picture
    speech: tuple[Speech, ...] = ()


class ComicPage(Contract):
    number: int = Field(ge=1)
    panels: tuple[Panel, ...]


class Comic(Contract):
    pages: tuple[ComicPage, ...]


class Captions(Contract):
    """One WebVTT file."""

    locale: Locale
    label: str
    asset: Asset


class Storyboard(Contract):
    """One sprite of equal tiles, row by row, one tile every ``interval_s`` seconds."""

    asset: Asset
    columns: int = Field(gt=0)
    rows: int = Field(gt=0)
    tile_width: int = Field(gt=0)
    tile_height: int = Field(gt=0)
    interval_s: float = Field(gt=0)


class Film(Contract):
    """A film: ``hls`` is the multivariant playlist (RFC 8216), ``mp4`` the whole film in one file."""

    duration_s: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    has_sound: bool
    hls: Asset
    mp4: Asset
    poster: Picture
    storyboard: Storyboard | None = None
    captions: tuple[Captions, ...] = ()
    transcript: str = ""


class IssueItem(Contract):
    """One article of a newsletter issue; ``tool_id`` when it points at a tool of the library."""

    heading: str
    text: str = Field(description="HTML of a small allow-list: p, a, b, i, ul, ol, li, h3, br.")
    tool_id: UUID | None = None
    tool_kind: Kind | None = None
    picture: Picture | None = None


class Issue(Contract):
    issued_on: date
    introduction: str = Field(description="HTML of the same allow-list as an item's text.")
    items: tuple[IssueItem, ...]


class ReleasePayload(Contract):
    """The frozen content of one edition: exactly one of comic, film, issue is present, as ``kind`` says."""

    schema_version: Literal[1] = SCHEMA_VERSION
    tool_id: UUID
    kind: Kind
    locale: Locale
    direction: Direction
    number: int = Field(ge=1)
    released_at: AwareDatetime
    change_class: ChangeClass
    changelog: str
    title: str
    slug: str
    summary: str
    licence: Licence
    credit: str
    themes: tuple[Term, ...] = ()
    audiences: tuple[Term, ...] = ()
    cover: Picture | None = None
    comic: Comic | None = None
    film: Film | None = None
    issue: Issue | None = None
    json_ld: dict[str, Any] = Field(default_factory=dict, description="schema.org description of the tool.")
