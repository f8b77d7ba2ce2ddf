"""What still stands between an edition and its release, as the editor shows it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cms.releases import history
from cms.releases.gate import Reason
from cms.releases.history import Standing
from cms.releases.models import Recall

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage


@dataclass(frozen=True)
class Line:
    """One check and the reasons it has against the release; none is a tick."""

    label: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Checklist:
    """Where an edition stands, and what its draft lacks."""

    edition: "ReleasablePage"
    lines: tuple[Line, ...]
    standing: Standing | None
    recall: Recall | None
    released_by: str

    @property
    def missing(self) -> int:
        return sum(len(line.reasons) for line in self.lines)

    @property
    def is_changed(self) -> bool:
        return bool(self.standing and self.standing.latest and self.edition.has_unpublished_changes)


def checklist_of(edition: "ReleasablePage") -> Checklist:
    """Return the checklist of an edition as it is in memory, normally its newest draft."""
    standing = history.standing_of(edition.tool_id, edition.language)
    latest = standing.latest if standing else None
    by = history.staff_names([latest.released_by]) if latest else {}
    return Checklist(
        edition=edition,
        lines=tuple(Line(str(check.label), tuple(check(edition))) for check in edition.checks),
        standing=standing,
        recall=history.last_recall_of(edition.tool_id, edition.language) if standing and standing.recalled else None,
        released_by=by.get(latest.released_by, "") if latest else "",
    )
