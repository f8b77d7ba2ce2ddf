"""What is left of one chunk of a film, or of its sound, and do the pieces of a film fit together?"""

from itertools import pairwise

from foundation.contracts.base import Contract
from services.media_transcoder.pipeline.chunks import chunks_of
from services.media_transcoder.pipeline.planned import EncodePlan


class Piece(Contract):
    """What was made of one chunk, or of the sound; no ``files`` when nothing came out that could be used.

    ``head`` and ``tail`` are hashes of the first pictures, and of those after the last one, as they were decoded.
    """

    files: tuple[str, ...] = ()
    pictures: int = 0
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


def misfit(plan: EncodePlan, pieces: list[Piece], sound: Piece) -> str:
    """Return why the pieces can't be joined, empty if they can.

    Where a seek did not end where it should, the pictures after a cut aren't those that decoding from before it gave.
    """
    if plan.sound and not sound.files:
        return "no sound came out"
    for chunk, piece in zip(chunks_of(plan), pieces, strict=True):
        if not piece.files:
            return f"chunk {chunk.number} came out unusable"
        if not chunk.is_last and piece.pictures != chunk.end - chunk.start:
            return f"chunk {chunk.number} has {piece.pictures} pictures"
    for number, (one, other) in enumerate(pairwise(pieces)):
        if not other.head or one.tail != other.head:
            return f"other pictures follow chunk {number}"
    return ""
