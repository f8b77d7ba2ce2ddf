"""What must be true before an edition may be released?

A check looks at an edition and yields reasons against it; an edition without reasons passes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.releases.errors import ReleaseError

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage

_FILE_NAME = re.compile(r"\.(avif|gif|heic|jpe?g|png|svg|tiff?|webp)\s*$", re.IGNORECASE)
_CAMERA_NAME = re.compile(r"^(img|dsc[nf]?|pict|image|photo|screenshot|scan)?[\s_-]*\d{2,}[\s_\d-]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Reason:
    """Why an edition is not ready. ``message`` says what to do, ``field`` is the form field it is about."""

    code: str
    message: str
    field: str = ""


class GateClosed(ReleaseError):
    """An edition may not be released yet; ``reasons`` is never empty."""

    def __init__(self, reasons: tuple[Reason, ...], *, page_id: int | None = None, title: str = "") -> None:
        super().__init__(" ".join(reason.message for reason in reasons))
        self.reasons = reasons
        self.page_id = page_id
        self.title = title


class Check(Protocol):
    """A question asked of an edition before its release."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> Any:
        """What must be true, in a sentence that may be lazily translated."""

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]: ...


@dataclass(frozen=True)
class PictureUse:
    """A picture as an edition uses it: ``image`` is of Wagtail's image model, ``field`` is where it is edited."""

    image: Any
    alt: str
    field: str
    label: str


@dataclass(frozen=True)
class Filled:
    """The field ``field`` holds something."""

    code: str
    field: str
    message: str | Promise
    label: str | Promise

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        value = getattr(edition, self.field)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield Reason(self.code, str(self.message), self.field)


@dataclass(frozen=True)
class AltTexts:
    """Every picture says what it shows."""

    label: str | Promise
    code: str = "alt-text"

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        for use in edition.pictures():
            alt = use.alt.strip()
            if not alt:
                message = gettext("Describe what “%(picture)s” shows, for those who can't see it.")
            elif is_file_name(alt):
                message = gettext("Describe what “%(picture)s” shows: its alternative text is a file name.")
            else:
                continue
            yield Reason(self.code, message % {"picture": use.label}, use.field)


def is_file_name(text: str) -> bool:
    """Say whether an alternative text is a file's name, or what a camera would call one."""
    return bool(_FILE_NAME.search(text) or _CAMERA_NAME.match(text.strip()))


BASE_CHECKS: tuple[Check, ...] = (
    Filled("title", "title", _("Give the edition a title."), _("It has a title.")),
    Filled("summary", "summary", _("Write a summary: partners show it in their lists."), _("It has a summary.")),
    Filled("licence", "licence", _("Choose the licence under which others may use it."), _("It has a licence.")),
    Filled("credit", "credit", _("Say who made it. Use pseudonyms for minors."), _("It says who made it.")),
    AltTexts(_("Every picture has an alternative text.")),
)


def reasons_against(edition: "ReleasablePage", checks: Iterable[Check]) -> tuple[Reason, ...]:
    """Return every reason that ``checks`` have against releasing ``edition``, in their order."""
    return tuple(reason for check in checks for reason in check(edition))
