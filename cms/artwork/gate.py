"""Which pictures must an edition not be released with?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.artwork.inspection import metadata_in
from cms.artwork.models import Artwork
from cms.releases.gate import Reason

if TYPE_CHECKING:
    from cms.releases.pages import ReleasablePage


@dataclass(frozen=True)
class ImagesClean:
    """Every picture is there and carries nothing beside its pixels; asked of the stored bytes, not of our memory."""

    code: str = "picture.metadata"
    label = gettext_lazy("Every picture is free of place, device and author.")

    def __call__(self, edition: "ReleasablePage") -> Iterable[Reason]:
        for use in edition.pictures():
            if use.image is None:
                continue
            message = _fault(use.image)
            if message:
                yield Reason(self.code, message % {"picture": use.label}, use.field)


def _fault(artwork: Artwork) -> str:
    try:
        with artwork.open_file() as stored:
            left = metadata_in(stored.read())
    except OSError:
        return _("The file of “%(picture)s” is missing: choose another picture or upload it again.")
    if not left:
        return ""
    return _("“%(picture)s” still says who, where or with what it was made: upload it again, which removes that.")
