"""Who asks for all the work? ``JOBS EVENTS SECONDS SEED``: one after the other, again when the database was away."""

import sys
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar
from uuid import UUID

import django
from django.db import Error, connection, transaction
from django.utils import timezone

T = TypeVar("T")
LONGEST_S = 120.0
KINDS = ("leave", "linger", "stumble", "leave", "linger", "spread", "leave", "stumble", "leave", "linger")


def main(jobs: int, events: int, seconds: float, seed: int) -> None:
    django.setup()
    random = Random(seed)  # noqa: S311 - repeats a run, guards no secret
    work: list[Callable[[], object]] = [lambda n=n: ask_for(n) for n in range(jobs)]  # type: ignore[misc]
    work += [lambda n=n: tell(n) for n in range(events)]  # type: ignore[misc]
    random.shuffle(work)
    started = time.monotonic()
    for number, piece in enumerate(work):
        insisting(piece)
        wait_until(lambda: False, until=started + seconds * number / len(work))


def ask_for(number: int) -> None:
    """Submit one job, and call every second of those off that can be."""
    from foundation.jobs.actions import cancel, submit
    from tests.chaos.world.jobs import Mark

    kind, what = KINDS[number % len(KINDS)], f"job-{number}"
    job = submit(f"world.{kind}", Mark(what=what), key=what)
    if number % (2 * len(KINDS)) == len(KINDS) - 1:
        wait_until(lambda: has_begun(job.id), until=time.monotonic() + 0.5)
        cancel(job.id)


def has_begun(job_id: UUID) -> bool:
    from foundation.jobs.models import Job

    return not Job.objects.filter(id=job_id, state="queued").exists()


def wait_until(condition: Callable[[], bool], *, until: float) -> None:
    while time.monotonic() < until and not condition():
        time.sleep(0.02)


def tell(number: int) -> None:
    """Record one event with the row that it is about; what is there already was told already."""
    from foundation.events.actions import record
    from tests.chaos.world.jobs import event_of
    from tests.chaos.world.models import Effect

    what = f"told-{number}"
    with transaction.atomic():
        if not Effect.objects.filter(what=what).exists():
            Effect.objects.create(what=what)
            record(event_of(what), subject=what, at=timezone.now())


def insisting(piece: Callable[[], T]) -> T:
    """Do it again until the database has answered; whether the last answer was lost on the way, nobody knows."""
    deadline = time.monotonic() + LONGEST_S
    while True:
        try:
            return piece()
        except Error:
            if time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.1)


if __name__ == "__main__":
    jobs, events, seconds, seed = sys.argv[1:5]
    main(int(jobs), int(events), float(seconds), int(seed))
