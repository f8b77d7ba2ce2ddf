"""What still stands between an edition and its release, as the editor shows it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.releases import history
from cms.releases.gate import Check, Reason
from cms.releases.history import Standing
from cms.releases.models import Recall

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage

LABELS: dict[str, str | Promise] = {
    "title": gettext_lazy("It has a title."),
    "summary": gettext_lazy("It has a summary."),
    "licence": gettext_lazy("Its licence is chosen."),
    "credit": gettext_lazy("It says who made it."),
    "alt-text": gettext_lazy("Every picture says what it shows."),
}
"""What the checks of every edition are called once they pass; others bring a ``label``."""


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
        lines=tuple(Line(label_of(check), tuple(check(edition))) for check in edition.checks),
        standing=standing,
        recall=history.last_recall_of(edition.tool_id, edition.language) if standing and standing.recalled else None,
        released_by=by.get(latest.released_by, "") if latest else "",
    )


def label_of(check: Check) -> str:
    """Return what to call a check that passes."""
    label: Any = getattr(check, "label", None) or LABELS.get(check.code)
    return str(label or _("Another check (%(code)s) passes.") % {"code": check.code})
