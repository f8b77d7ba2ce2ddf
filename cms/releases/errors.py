"""What can go wrong with a release?"""

from collections.abc import Sequence


class ReleaseError(Exception):
    """Something about a release could not be done."""


class FilesMissing(ReleaseError):
    """Public files that a release needs are not there (any more): prepare it again."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"{len(keys)} of its files are not in the public store: publish it again.")
        self.keys = tuple(keys)


class RecalledMeanwhile(ReleaseError):
    """The edition was recalled while its release was being prepared."""


class NothingToRecall(ReleaseError):
    """No release of this extent exists, or all of them were withdrawn before."""


class PictureUnreadable(ReleaseError):
    """An uploaded picture can't be decoded."""
