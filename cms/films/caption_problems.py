"""What is wrong with captions, and where?"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOWN = 12


@dataclass(frozen=True)
class CaptionProblem:
    """A fault in line ``line`` (from 1) of what was uploaded or typed."""

    line: int
    message: str


class CaptionsRefused(ValidationError):
    """The captions can't be taken; each message names its line."""

    def __init__(self, problems: Sequence[CaptionProblem]) -> None:
        self.problems = tuple(problems)
        texts = [
            _("Line %(line)d: %(problem)s") % {"line": problem.line, "problem": problem.message}
            for problem in problems[:SHOWN]
        ]
        if len(problems) > SHOWN:
            texts.append(_("There are %(count)d more faults below.") % {"count": len(problems) - SHOWN})
        super().__init__(texts, code="captions")
