"""Does a real worker, killed or told to stop in the middle of a film, leave no ffmpeg and no half film behind?"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.events.models import OutboxEvent
from foundation.jobs.models import Job
from services.media_transcoder.orders.models import Order
from tests.services.media_transcoder import films
from tests.services.media_transcoder.orders.conftest import Service, Stored, files_below, work_of
from tests.services.media_transcoder.waiting import encoders_of, is_alive, wait_until, wait_until_encoding

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    return films.film(folder / "long.mp4", picture=("-f", "lavfi", "-i", "testsrc2=s=640x360:d=10"), beep=None)


def test_a_killed_worker_takes_ffmpeg_along_and_its_successor_finishes_once(
    start_worker: StartWorker, service: Service, stored: Stored, long_film: Path
) -> None:
    request = stored(long_film)
    order = service.order(request)
    first = start_worker()
    wait_until(lambda: encoders_of(first.pid))
    encoder = wait_until_encoding(first.pid, work_of(order.job_id))
    plan = work_of(order.job_id) / "plan.json"
    planned_at = plan.stat().st_mtime_ns

    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)

    wait_until(lambda: not is_alive(encoder), limit_s=5)
    second = start_worker()
    wait_until_encoding(second.pid, work_of(order.job_id))
    assert plan.stat().st_mtime_ns == planned_at  # what was finished is not done again
    wait_until(lambda: service.status(order.job_id).state == "succeeded", limit_s=120)
    assert Job.objects.get(kind="transcoder.prepare").attempt == 2
    ends = [event.data["status"]["state"] for event in OutboxEvent.objects.all()].count("succeeded")
    assert ends == 1
    assert "manifest.json" in files_below(request.output_prefix)
    wait_until(lambda: not work_of(order.job_id).exists())
    assert encoders_of(second.pid) == []


def test_a_cancelled_film_stops_its_encoder_and_leaves_nothing(
    start_worker: StartWorker, service: Service, stored: Stored, long_film: Path
) -> None:
    request = stored(long_film)
    order = service.order(request)
    worker = start_worker()
    encoder = wait_until_encoding(worker.pid, work_of(order.job_id))

    service.post(f"/v1/jobs/{order.job_id}/cancel")

    wait_until(lambda: service.status(order.job_id).state == "cancelled")
    assert not is_alive(encoder)
    assert files_below(request.output_prefix) == set()
    wait_until(lambda: not work_of(order.job_id).exists())


def test_a_worker_that_is_told_to_stop_gives_the_film_back(
    start_worker: StartWorker, service: Service, stored: Stored, long_film: Path
) -> None:
    order = service.order(stored(long_film))
    worker = start_worker()
    encoder = wait_until_encoding(worker.pid, work_of(order.job_id))

    worker.terminate()

    assert worker.wait(20) == 0
    assert not is_alive(encoder)
    job = Job.objects.get(kind="transcoder.prepare")
    assert (job.state, job.attempt) == ("queued", 0)
    assert Order.objects.get().state == "running"
    assert (work_of(order.job_id) / "plan.json").exists()


def test_a_web_process_does_not_load_what_makes_films() -> None:
    heavy = "{'av', 'PIL', 'ffmpeg', 'imageio_ffmpeg'}"
    code = f"import sys, services.media_transcoder.wsgi; print(sorted({heavy} & set(sys.modules)))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "services.media_transcoder.settings"}

    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)

    assert (ended.stdout, ended.stderr) == ("[]\n", "")
