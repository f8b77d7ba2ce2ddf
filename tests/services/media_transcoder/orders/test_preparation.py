"""Does a worker take an order to its end, tell the CMS every step, and leave only what belongs there?"""

from pathlib import Path

import pytest
from pytest_django import Settings

from foundation.contracts.transcoding import MANIFEST_NAME, FilmManifest, TranscodeRequest, TranscodeStatus
from foundation.events.models import OutboxEvent
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store, put
from services.media_transcoder.orders import jobs, publishing
from services.media_transcoder.pipeline import encode, refusals
from tests.services.media_transcoder.orders.conftest import Service, Stored, files_below, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def told(job_id: object) -> list[TranscodeStatus]:
    """Return what the CMS was told about an order, in the order of telling."""
    events = OutboxEvent.objects.filter(type="transcode.changed", subject=f"order:{job_id}").order_by("recorded_at")
    return [TranscodeStatus.model_validate(event.data["status"]) for event in events]


def work() -> None:
    run_until_idle(["default"])


def test_a_film_is_prepared_below_its_prefix(service: Service, stored: Stored, small_film: Path) -> None:
    request = stored(small_film)
    order = service.order(request)

    work()

    status = service.status(order.job_id)
    assert (status.state, status.stage, status.progress, status.message) == ("succeeded", "publish", 1.0, "")
    assert status.manifest is not None
    assert files_below(request.output_prefix) == {file.path for file in status.manifest.files} | {MANIFEST_NAME}
    kept = FilmManifest.model_validate_json(_content(f"{request.output_prefix}/{MANIFEST_NAME}"))
    assert kept == status.manifest
    assert not work_of(order.job_id).exists()


def test_the_cms_hears_of_every_stage_in_growing_versions(service: Service, stored: Stored, small_film: Path) -> None:
    order = service.order(stored(small_film))

    work()

    heard = told(order.job_id)
    stages = list(dict.fromkeys(status.stage for status in heard))
    assert stages == ["probe", "validate", "plan", "encode", "package", "verify", "publish"]
    assert [status.version for status in heard] == list(range(2, len(heard) + 2))
    assert [status.progress for status in heard] == sorted(status.progress for status in heard)
    assert heard[-1] == service.status(order.job_id)


def test_a_refused_film_says_why_and_leaves_nothing(service: Service, stored: Stored, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear team, this is our film.\n")
    request = stored(letter)
    order = service.order(request)

    work()

    status = service.status(order.job_id)
    assert (status.state, status.message, status.manifest) == ("refused", refusals.NOT_A_FILM, None)
    assert files_below(request.output_prefix) == set()
    assert not work_of(order.job_id).exists()
    assert told(order.job_id)[-1] == status


def test_a_film_that_is_gone_is_refused(service: Service) -> None:
    missing = TranscodeRequest(source_key="films/gone", source_sha256="a" * 64, output_prefix="films/none")
    order = service.order(missing)

    work()

    status = service.status(order.job_id)
    assert (status.state, status.message) == (
        "refused",
        "The uploaded film is no longer in the store: upload it again.",
    )


def test_another_film_than_announced_fails_at_once(service: Service, stored: Stored, small_film: Path) -> None:
    request = stored(small_film).model_copy(update={"source_sha256": "b" * 64})
    order = service.order(request)

    work()

    status = service.status(order.job_id)
    assert (status.state, status.message) == ("failed", refusals.SOURCE_CHANGED)
    assert Job.objects.get(kind="transcoder.prepare").attempt == 1


def test_a_full_disk_is_tried_again_and_then_said(
    service: Service, stored: Stored, small_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = stored(small_film)
    order = service.order(request)
    monkeypatch.setattr(encode, "_RESERVE_BYTES", 1 << 60)

    for attempt in range(1, 5):
        work()
        assert Job.objects.get(kind="transcoder.prepare").attempt == attempt
        Job.objects.filter(state="queued").update(run_at=order.changed_at)

    status = service.status(order.job_id)
    assert (status.state, status.message) == ("failed", jobs.NO_ROOM)
    assert files_below(request.output_prefix) == set()
    assert not work_of(order.job_id).exists()


def test_a_failure_is_repaired_by_the_next_attempt(
    service: Service, stored: Stored, small_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = stored(small_film)
    order = service.order(request)
    put_whole = put
    monkeypatch.setattr(publishing, "put", lambda store, key, chunks: put_whole(store, key, [*chunks, b"damage"]))
    work()
    assert service.status(order.job_id).state == "running"
    monkeypatch.undo()
    Job.objects.filter(state="queued").update(run_at=order.changed_at)

    work()

    status = service.status(order.job_id)
    assert status.state == "succeeded"
    assert status.manifest is not None
    assert all(private_store().size(f"{request.output_prefix}/{f.path}") == f.size_bytes for f in status.manifest.files)


def test_the_work_of_orders_that_are_over_is_tidied(service: Service, settings: Settings, tmp_path: Path) -> None:
    settings.WORK_DIR = tmp_path
    request = TranscodeRequest(source_key="films/1", source_sha256="a" * 64, output_prefix="films/1-prepared")
    waiting, over = service.order(request), service.order(request)
    service.post(f"/v1/jobs/{over.job_id}/cancel")
    for job_id in (waiting.job_id, over.job_id):
        work_of(job_id).mkdir()
    (tmp_path / "something else").mkdir()

    jobs.tidy_work()

    assert {path.name for path in tmp_path.iterdir()} == {str(waiting.job_id), "something else"}


def _content(key: str) -> bytes:
    with private_store().open(key) as file:
        return bytes(file.read())
