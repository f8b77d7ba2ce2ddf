"""One way of preparing a film, in a service of its own: ``FILM WORKERS CORES`` prints its figures as JSON.

Real worker processes take the jobs from the ledger, each on one of ``CORES`` (as ``0,1``; empty: on all of them).
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import django
from django.db.models import Max, Min, Sum
from django.db.models.expressions import F
from django.utils import timezone

LIMIT_S = 900
_POLL_S = 0.1
_COMMAND = (sys.executable, "-m", "services.media_transcoder.manage", "work", "--lane", "default")
PARTS = ("transcoder.chunk", "transcoder.sound")


def main(film: str, workers: str, cores: str) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    order_id = ordered(Path(film))
    cpu, wall = os.times(), time.monotonic()
    with working(int(workers), cores=[int(core) for core in cores.split(",") if core]):
        wait_for(order_id)
        wall = time.monotonic() - wall
    spent = os.times()
    cpu_s = spent.children_user + spent.children_system - cpu.children_user - cpu.children_system
    sys.stdout.write(json.dumps({"wall_s": wall, "cpu_s": cpu_s, **made(order_id)}) + "\n")


def ordered(film: Path) -> UUID:
    """Put the film into the store and order its preparation."""
    from foundation.contracts.transcoding import TranscodeRequest
    from foundation.storage import private_store, put
    from services.media_transcoder.orders.actions import take_order

    content = film.read_bytes()
    put(private_store(), "film", [content])
    sha256 = hashlib.sha256(content).hexdigest()
    request = TranscodeRequest(source_key="film", source_sha256=sha256, output_prefix="prepared")
    return take_order(request, key="bench", at=timezone.now())[0].id


@contextmanager
def working(number: int, *, cores: list[int]) -> Iterator[None]:
    """Let so many workers work; what they spent is counted when they have ended."""
    started = []
    for worker in range(number):
        process = subprocess.Popen(_COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append(process)
        if cores:
            os.sched_setaffinity(process.pid, {cores[worker]})
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def wait_for(order_id: UUID) -> None:
    from services.media_transcoder.orders.models import OPEN, Order

    deadline = time.monotonic() + LIMIT_S
    while Order.objects.filter(id=order_id, state__in=OPEN).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not prepared within {LIMIT_S} s")
        time.sleep(_POLL_S)


def made(order_id: UUID) -> dict[str, object]:
    """Return what came out, and how long jobs ran that others could run beside."""
    from foundation.jobs.models import Job
    from foundation.storage import private_store
    from services.media_transcoder.orders.models import Order

    order = Order.objects.get(id=order_id)
    if order.state != Order.State.SUCCEEDED or order.manifest is None:
        raise RuntimeError(order.message)
    parts = Job.objects.filter(kind__in=PARTS)
    spent = parts.aggregate(
        begin=Min("claimed_at"), end=Max("finished_at"), busy=Sum(F("finished_at") - F("claimed_at"))
    )
    is_divided = spent["begin"] is not None
    with private_store().open("prepared/film.mp4") as file:
        Path(os.environ["DATA_DIR"], "film.mp4").write_bytes(file.read())
    return {
        "chunks": parts.filter(kind="transcoder.chunk").count(),
        "beside_s": (spent["end"] - spent["begin"]).total_seconds() if is_divided else 0.0,
        "busy_s": spent["busy"].total_seconds() if is_divided else 0.0,
        "bytes": sum(file["size_bytes"] for file in order.manifest["files"] if file["role"] == "hls-media"),
        "hashes": sorted(file["sha256"] for file in order.manifest["files"]),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
