"""How does a data folder say that nobody should start what is in it?"""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.launcher.claim import CannotStart, claimed
from infra.local.places import Place
from infra.transfer.errors import TransferError


@contextmanager
def standing_still(place: Place | None) -> Iterator[None]:
    """Keep the installation of a folder from running while the block does; TransferError when it runs."""
    if place is None:
        yield
        return
    try:
        with claimed(place):
            yield
    except CannotStart as error:
        raise TransferError(str(error)) from error


def hold(place: Place | None, sentence: str) -> None:
    """Let ``./hub up`` refuse to start, with this sentence, also after a kill."""
    if place:
        place.held_file.write_text(f"{sentence}\n")


def let_go(place: Place | None) -> None:
    if place:
        place.held_file.unlink(missing_ok=True)
