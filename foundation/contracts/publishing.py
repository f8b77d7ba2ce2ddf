"""What does the CMS tell partners and services about its releases?"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from foundation.contracts.base import Contract, Locale, Sha256
from foundation.contracts.release import ChangeClass, Kind


class ReleaseCreated(Contract):
    """Event ``release.created``; ``cursor`` is the position in ``/v1/changes``."""

    cursor: int = Field(ge=1)
    tool_id: UUID
    kind: Kind
    locale: Locale
    number: int = Field(ge=1)
    sha256: Sha256
    change_class: ChangeClass
    released_at: AwareDatetime


class RecalledRelease(Contract):
    locale: Locale
    number: int = Field(ge=1)


class ReleaseRecalled(Contract):
    """Event ``release.recalled``: these releases must disappear wherever they were copied to."""

    cursor: int = Field(ge=1, description="The last position in /v1/changes that belongs to this recall.")
    recall_id: UUID
    tool_id: UUID
    kind: Kind
    scope: Literal["tool", "edition", "release"]
    releases: tuple[RecalledRelease, ...]
    recalled_at: AwareDatetime
