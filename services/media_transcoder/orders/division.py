"""How is the work on a long film divided into jobs?

Jobs with a higher priority run first, and films not begun yet have 0: chunks have less the further back they lie, so a
short film never waits for more than the chunks that run at that moment, and two long films advance side by side.
"""

from uuid import UUID

from foundation.contracts.base import Contract
from foundation.jobs.running import Submission
from services.media_transcoder.orders.actions import PrepareFilm
from services.media_transcoder.pipeline.chunks import chunks_of, shares
from services.media_transcoder.pipeline.planned import EncodePlan

CHUNK, SOUND, JOIN = "transcoder.chunk", "transcoder.sound", "transcoder.join"
_FIRST_OF_ALL = 1


class Division(Contract):
    """What every worker at one film must agree on: encoders with another number of threads write other bytes."""

    plan: EncodePlan
    threads: int


class FilmPart(Contract):
    """Payload of ``transcoder.chunk`` and ``transcoder.sound`` (no ``number``); ``share`` is that of the work."""

    order_id: UUID
    number: int | None
    share: float


def parts_of(order_id: UUID, plan: EncodePlan) -> list[Submission]:
    """Return the jobs that can run at once: the sound and every chunk."""
    sound_share, chunk_shares = shares(plan)
    parts = [
        Submission(
            CHUNK,
            FilmPart(order_id=order_id, number=chunk.number, share=share),
            key=f"chunk:{chunk.number}",
            priority=-chunk.number,
        )
        for chunk, share in zip(chunks_of(plan), chunk_shares, strict=True)
    ]
    if plan.sound:
        parts.append(Submission(SOUND, FilmPart(order_id=order_id, number=None, share=sound_share), key="sound"))
    return parts


def join_of(order_id: UUID) -> Submission:
    """Return the job that follows: it ends a film and frees its room, so it waits for nothing."""
    return Submission(JOIN, PrepareFilm(order_id=order_id), key="join", priority=_FIRST_OF_ALL)
