"""What does the partner API answer, beside the releases themselves?"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from foundation.contracts.base import Contract, Locale, Sha256
from foundation.contracts.release import ChangeClass, Direction, Kind, Picture, ReleasePayload, Term


class ToolItem(Contract):
    """A tool in a list: the latest release of its best edition. With ``fields=`` only the members asked for."""

    tool_id: UUID
    kind: Kind
    locale: Locale
    direction: Direction
    number: int = Field(ge=1)
    title: str
    summary: str
    slug: str
    released_at: AwareDatetime
    change_class: ChangeClass
    cover: Picture | None
    themes: tuple[Term, ...]
    audiences: tuple[Term, ...]
    available_locales: tuple[Locale, ...]
    url: str = Field(description="The release, pinned: this address always answers the same bytes, or 410.")


class ToolList(Contract):
    items: tuple[ToolItem, ...]
    next: str | None = Field(description="Where the list goes on; null on its last page.")


class Tool(Contract):
    """A tool in the best language for the reader, and which languages there are."""

    requested_locale: Locale | None
    served_locale: Locale
    available_locales: tuple[Locale, ...]
    release: ReleasePayload


class ReleaseItem(Contract):
    """One release in the history of a tool. One that was recalled has no address any more."""

    locale: Locale
    number: int = Field(ge=1)
    title: str
    released_at: AwareDatetime
    change_class: ChangeClass
    changelog: str
    sha256: Sha256
    recalled_at: AwareDatetime | None
    url: str | None


class ReleaseList(Contract):
    items: tuple[ReleaseItem, ...]
    next: str | None = Field(description="Where the list goes on; null on its last page.")


class ChangeItem(Contract):
    """One row of the feed. After ``recalled``, delete your copy of that release and read the tool again."""

    cursor: int = Field(ge=1)
    type: Literal["released", "recalled"]
    tool_id: UUID
    kind: Kind
    locale: Locale
    number: int = Field(ge=1)
    change_class: ChangeClass
    at: AwareDatetime


class ChangeList(Contract):
    items: tuple[ChangeItem, ...]
    next_cursor: int = Field(ge=0, description="Ask with this cursor next time, also when there were no changes.")
    more: bool = Field(description="Whether there are further changes already.")


class ParameterError(Contract):
    """What was wrong with one parameter; ``allowed`` says what it may be."""

    parameter: str
    detail: str
    allowed: str


class Problem(Contract):
    """An error (RFC 9457). Other members depend on the kind of error."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: tuple[ParameterError, ...] = ()
    available_locales: tuple[Locale, ...] = ()
    recalled_at: AwareDatetime | None = None
