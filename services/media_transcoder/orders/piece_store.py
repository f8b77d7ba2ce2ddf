"""Where do the pieces of a long film lie until all are there? In the private store, where every worker finds them.

Each file has a key made of its content: a worker that was overtaken can't change what another one has stored.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.contracts.base import Contract, Sha256
from foundation.storage import StoredFileMissing, delete_tree, local_path, private_store, put
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.queries import request_of
from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.pieces import Piece
from services.media_transcoder.pipeline.probe import sha256_of

_BLOCK_BYTES = 1 << 20


class StoredPiece(Contract):
    """Result of a job that made a piece: ``hashes`` by the names of its files."""

    piece: Piece
    hashes: dict[str, Sha256]


class PieceLost(Exception):
    """The store has no longer, or no longer unchanged, what was made of a chunk (or of the sound: None)."""

    def __init__(self, number: int | None) -> None:
        super().__init__(f"Piece {number} is gone.")
        self.number = number


def keep_piece(order: Order, piece: Piece, folder: Path, *, between: Callable[[], None]) -> StoredPiece:
    """Put the files of ``piece``, which lie in ``folder``, into the store; what ``between`` raises stops it."""
    hashes = {}
    for name in piece.files:
        between()
        sha256 = sha256_of(folder / name)
        if put(private_store(), _key(order, sha256), _blocks(folder / name)).sha256 != sha256:
            raise Broken(f"{name} changed while it was stored; check the disk.")
        hashes[name] = sha256
    return StoredPiece(piece=piece, hashes=hashes)


@contextmanager
def stored_file(order: Order, number: int | None, sha256: str) -> Iterator[Path]:
    """Yield the path of one file of a piece; PieceLost when it is not what was stored."""
    try:
        with local_path(private_store(), _key(order, sha256)) as path:
            if sha256_of(path) != sha256:
                raise PieceLost(number)
            yield path
    except StoredFileMissing as error:
        raise PieceLost(number) from error


def forget_pieces(order: Order) -> None:
    """Remove every piece of an order from the store; none is no error."""
    delete_tree(private_store(), _folder(order))


def _folder(order: Order) -> str:
    return f"{request_of(order).output_prefix}/unfinished/{order.id}"


def _key(order: Order, sha256: str) -> str:
    return f"{_folder(order)}/{sha256}"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
