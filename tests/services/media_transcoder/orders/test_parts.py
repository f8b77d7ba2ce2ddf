"""Is a long film that many jobs make the same film, whatever happens to some, and is nothing of it left behind?"""

from pathlib import Path
from uuid import UUID

import pytest

from foundation.events.models import OutboxEvent
from foundation.jobs.models import Job
from foundation.jobs.worker import run_one, run_until_idle
from foundation.storage import private_store, put
from services.media_transcoder.orders import jobs, piece_store
from services.media_transcoder.orders.models import Order
from services.media_transcoder.orders.piece_store import StoredPiece
from services.media_transcoder.pipeline import encode
from tests.services.media_transcoder.orders.conftest import Service, Stored, files_below, hashes_of, work_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("short_chunks")]
PARTS = {"transcoder.chunk": 3, "transcoder.sound": 1, "transcoder.join": 1}


def next_job() -> Job:
    """Run one job and return it."""
    assert run_one("default", "inline")
    return Job.objects.exclude(claimed_at=None).latest("claimed_at")


def parts_by_kind() -> dict[str, int]:
    kinds = list(Job.objects.filter(kind__in=PARTS).values_list("kind", flat=True))
    return {kind: kinds.count(kind) for kind in PARTS}


@pytest.fixture
def begun(service: Service, stored: Stored, cut_film: Path) -> Order:
    """An order that was looked at and divided; its sound and its first chunk are made, two chunks are not."""
    order = service.order(stored(cut_film))
    for _ in range(3):
        next_job()
    return Order.objects.get(id=order.job_id)


def finished(service: Service, order: Order) -> dict[str, str]:
    run_until_idle(["default"])
    status = service.status(order.id)
    assert (status.state, status.stage, status.progress, status.message) == ("succeeded", "publish", 1.0, "")
    prefix = order.request["output_prefix"]
    assert files_below(prefix) == {"manifest.json", *hashes_of(status.manifest)}
    assert not work_of(order.id).exists()
    return hashes_of(status.manifest)


def test_jobs_make_the_same_bytes_as_the_command_line(
    service: Service, stored: Stored, cut_film: Path, cut_hashes: dict[str, str]
) -> None:
    order = service.order(stored(cut_film))

    made = finished(service, Order.objects.get(id=order.job_id))

    assert made == cut_hashes
    assert parts_by_kind() == PARTS
    assert set(Job.objects.filter(kind__startswith="transcoder.").values_list("attempt", "state")) == {(1, "succeeded")}
    _assert_told_of_all_parts(order.job_id)


def _assert_told_of_all_parts(order_id: UUID) -> None:
    """What the CMS hears of is the whole film, and it never goes back."""
    events = OutboxEvent.objects.filter(subject=f"order:{order_id}").order_by("recorded_at")
    heard = [event.data["status"] for event in events]
    assert [status["version"] for status in heard] == list(range(2, len(heard) + 2))
    progress = [status["progress"] for status in heard]
    assert progress == sorted(progress)
    stages = list(dict.fromkeys(status["stage"] for status in heard))
    assert stages == ["probe", "validate", "plan", "encode", "package", "verify", "publish"]


def test_a_short_film_does_not_wait_for_the_chunks_of_a_long_one(
    service: Service, stored: Stored, cut_film: Path, small_film: Path
) -> None:
    service.order(stored(cut_film))
    next_job()
    short = service.order(stored(small_film))

    ran = [next_job() for _ in range(5)]

    assert [job.priority for job in ran] == [0, 0, 0, -1, -2]
    assert ran[2].payload["order_id"] == str(short.job_id)
    assert Job.objects.get(state="queued", lane="default").kind == "transcoder.join"


def test_a_film_that_is_called_off_leaves_no_job_and_no_piece(service: Service, begun: Order) -> None:
    prefix = begun.request["output_prefix"]
    assert any(name.startswith(f"unfinished/{begun.id}/") for name in files_below(prefix))

    service.post(f"/v1/jobs/{begun.id}/cancel")

    assert run_until_idle(["default"]) == 0
    assert service.status(begun.id).state == "cancelled"
    assert files_below(prefix) == set()
    assert set(Job.objects.filter(kind="transcoder.chunk").values_list("state", flat=True)) == {
        "succeeded",
        "cancelled",
    }


def test_a_piece_that_comes_after_its_film_was_called_off_does_not_stay(
    service: Service, begun: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_and_call_off(*arguments: object) -> object:
        monkeypatch.undo()
        service.post(f"/v1/jobs/{begun.id}/cancel")
        return put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(piece_store, "put", put_and_call_off)

    run_until_idle(["default"])

    assert service.status(begun.id).state == "cancelled"
    assert files_below(begun.request["output_prefix"]) == set()


def test_pieces_that_were_lost_or_changed_in_the_store_are_made_again(
    service: Service, begun: Order, cut_hashes: dict[str, str]
) -> None:
    next_job()
    next_job()
    chunks = Job.objects.filter(kind="transcoder.chunk").order_by("-priority")
    lost, changed = (StoredPiece.model_validate(job.result) for job in chunks[:2])
    folder = f"{begun.request['output_prefix']}/unfinished/{begun.id}"
    private_store().delete(f"{folder}/{lost.hashes['180p.mp4']}")
    private_store().write(f"{folder}/{changed.hashes['180p.mp4']}", [b"something else"])

    made = finished(service, begun)

    assert made == cut_hashes


def test_a_part_that_fails_for_good_ends_the_film_and_calls_the_others_off(
    service: Service, begun: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "_RESERVE_BYTES", 1 << 60)

    for _ in range(jobs.ATTEMPTS_WITH_A_FAULT):
        failed = next_job()
        Job.objects.filter(id=failed.id).update(run_at=begun.created_at)

    status = service.status(begun.id)
    assert (failed.state, status.state, status.message) == ("failed", "failed", jobs.NO_ROOM)
    assert files_below(begun.request["output_prefix"]) == set()
    states = Job.objects.filter(kind="transcoder.chunk").order_by("-priority").values_list("state", flat=True)
    assert list(states) == ["succeeded", "failed", "cancelled"]
    assert run_until_idle(["default"]) == 0


@pytest.mark.usefixtures("folders")  # from buckets each machine has fetched it before
def test_a_master_that_is_gone_in_the_middle_is_said(service: Service, begun: Order) -> None:
    private_store().delete(begun.request["source_key"])

    run_until_idle(["default"])

    status = service.status(begun.id)
    assert (status.state, status.message) == (
        "refused",
        "The uploaded film is no longer in the store: upload it again.",
    )
    assert files_below(begun.request["output_prefix"]) == set()


def test_a_film_whose_chunks_do_not_fit_is_made_in_one_run(
    service: Service, begun: Order, cut_hashes: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    first = Job.objects.filter(kind="transcoder.chunk", state="succeeded").get()
    assert first.result
    first.result["piece"]["tail"] = ["0" * 32] * 8
    first.save()

    made = finished(service, begun)

    assert [record.reason for record in caplog.records if hasattr(record, "reason")] == [
        "other pictures follow chunk 0"
    ]
    assert made["hls/180p.mp4"] != cut_hashes["hls/180p.mp4"]
    assert made["hls/sound.mp4"] == cut_hashes["hls/sound.mp4"]
    assert made["storyboard.jpg"] == cut_hashes["storyboard.jpg"]
