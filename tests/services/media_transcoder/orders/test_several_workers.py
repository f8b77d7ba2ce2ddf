"""Do several workers make the same bytes of one film, and does killing one cost no more than the chunk it was at?"""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.events.models import OutboxEvent
from foundation.jobs.models import Job
from tests.services.media_transcoder.orders.conftest import Service, Stored, files_below, hashes_of, work_of
from tests.services.media_transcoder.waiting import encoders_of, is_alive, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("short_chunks")]
StartWorker = Callable[[], "subprocess.Popen[bytes]"]


def chunks(**filters: object) -> list[Job]:
    return list(Job.objects.filter(kind="transcoder.chunk", **filters).order_by("-priority"))


def test_three_workers_make_the_same_bytes(
    start_worker: StartWorker, service: Service, stored: Stored, cut_film: Path, cut_hashes: dict[str, str]
) -> None:
    for _ in range(3):
        start_worker()
    request = stored(cut_film)
    order = service.order(request)

    wait_until(lambda: service.status(order.job_id).state == "succeeded", limit_s=120)

    assert hashes_of(service.status(order.job_id).manifest) == cut_hashes
    wait_until(lambda: files_below(request.output_prefix) == {"manifest.json", *cut_hashes})
    assert {job.attempt for job in Job.objects.filter(kind__startswith="transcoder.")} == {1}


def test_a_killed_worker_loses_no_chunk_and_two_others_make_the_same_bytes(
    start_worker: StartWorker, service: Service, stored: Stored, cut_film: Path, cut_hashes: dict[str, str]
) -> None:
    order = service.order(stored(cut_film))
    first = start_worker()
    wait_until(lambda: chunks(state="succeeded") and chunks(state="running") and encoders_of(first.pid), limit_s=60)
    encoders = encoders_of(first.pid)
    done = {job.id for job in chunks(state="succeeded")}

    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)

    wait_until(lambda: not any(map(is_alive, encoders)))
    lost = {job.id for job in chunks(state="running")}
    start_worker()
    start_worker()
    wait_until(lambda: service.status(order.job_id).state == "succeeded", limit_s=120)
    assert hashes_of(service.status(order.job_id).manifest) == cut_hashes
    attempts = {job.id: job.attempt for job in chunks()}
    assert {attempts[job_id] for job_id in done} == {1}
    assert lost <= attempts.keys() - done
    assert all(attempts[job_id] == 2 for job_id in lost)
    ends = [event.data["status"]["state"] for event in OutboxEvent.objects.all()].count("succeeded")
    assert ends == 1
    wait_until(lambda: not work_of(order.job_id).exists())
