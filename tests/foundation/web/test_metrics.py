"""What does Prometheus see of a process, and who else does?"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client, override_settings

from foundation.contracts.publishing import ReleaseCreated
from foundation.events.actions import record
from foundation.events.endpoints import Endpoint
from foundation.events.models import OutboxDelivery
from foundation.jobs.actions import submit
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.web.metrics import counting, measures
from tests.foundation.conftest import WorkerProcess
from tests.foundation.example.endpoints import configured
from tests.foundation.example.jobs import Note

KEY = "a key for Prometheus"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept_before() -> None:
    _nothing_kept()


def numbers(client: Client) -> dict[str, float]:
    """Return each line of ``/metrics``: name and labels, and the number."""
    response = client.get("/metrics")
    assert response.status_code == 200, response.content
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


def test_this_machine_reads_the_numbers_of_a_process(client: Client) -> None:
    response = client.get("/metrics")

    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "no-store"
    text = response.content.decode()
    assert "# TYPE mis_http_request_seconds histogram" in text
    assert "# TYPE mis_jobs gauge" in text
    assert re.search(r'mis_build_info\{django="5\.2[.0-9]*",python="3\.\d+\.\d+",version="[\d.]+"\} 1\.0', text)


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_HOST": "rebound.example"},
        {"HTTP_AUTHORIZATION": "Bearer None", "REMOTE_ADDR": "192.0.2.7"},
    ],
)
def test_without_a_key_nobody_else_reads_them(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/metrics", **headers)  # type: ignore[arg-type]

    assert response.status_code == 403
    assert b"mis_" not in response.content


@override_settings(METRICS_KEY=KEY)
def test_with_a_key_only_who_shows_it_reads_them(client: Client) -> None:
    for presented in ("", f"Basic {KEY}", "Bearer another", "Bearer "):
        refused = client.get("/metrics", headers={"Authorization": presented})
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
        assert b"mis_" not in refused.content

    elsewhere = {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "192.0.2.1:8000", "HTTP_AUTHORIZATION": f"Bearer {KEY}"}

    assert client.get("/metrics", **elsewhere).status_code == 200  # type: ignore[arg-type]


def test_the_numbers_are_only_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405


def test_requests_are_counted_by_the_name_of_their_route(client: Client) -> None:
    series = 'mis_http_request_seconds_count{method="GET",route="hello",status="200"}'
    before = numbers(client).get(series, 0)

    client.get("/hello/a-secret-token")
    client.get("/healthz")

    found = numbers(client)
    assert found[series] == before + 1
    assert not [name for name in found if "a-secret-token" in name or "healthz" in name]
    assert found[series.replace("_count{", '_bucket{le="+Inf",')] == before + 1


def test_strangers_can_not_make_up_series(client: Client) -> None:
    client.generic("BREW", "/hello/coffee")
    client.get("/made/up/path")

    made = [name for name in numbers(client) if "BREW" in name or "made" in name]

    assert made == []
    assert numbers(client)['mis_http_request_seconds_count{method="other",route="hello",status="200"}'] >= 1


def test_the_queue_is_measured_by_lane_and_kind(client: Client) -> None:
    before = numbers(client)
    submit("example.note", Note())
    late = submit("example.note", Note())
    Job.objects.filter(pk=late.pk).update(run_at=datetime.now(UTC) - timedelta(seconds=90))
    _nothing_kept()

    found = numbers(client)

    assert 'mis_jobs{kind="example.note",lane="default",state="queued"}' not in before
    assert found['mis_jobs{kind="example.note",lane="default",state="queued"}'] == 2
    assert 89 < found['mis_job_oldest_seconds{lane="default"}'] < 120
    assert found['mis_job_oldest_seconds{lane="events"}'] == 0


def test_runs_are_counted_by_how_they_ended(client: Client) -> None:
    ended = 'mis_job_attempts_total{ending="succeeded",kind="example.note"}'
    before = numbers(client).get(ended, 0)
    submit("example.note", Note())

    run_until_idle()

    found = numbers(client)
    assert found[ended] == before + 1
    assert found['mis_job_run_seconds_count{kind="example.note"}'] >= 1


def test_events_are_measured_until_they_are_delivered(client: Client) -> None:
    configured[:] = [Endpoint("partner-endpoint-17", "https://partner.example/", "whsec_AAAA")]
    with transaction.atomic():
        record(an_event(), subject="tool:1", at=datetime.now(UTC))
    configured.clear()

    pending = numbers(client)
    OutboxDelivery.objects.update(state="given_up")
    _nothing_kept()
    given_up = numbers(client)

    assert pending['mis_events_pending{endpoint="partner-endpoint",type="release.created"}'] == 1
    assert pending['mis_event_oldest_seconds{type="release.created"}'] >= 0
    assert given_up['mis_events_failed{endpoint="partner-endpoint",type="release.created"}'] == 1
    assert not [name for name in given_up if name.startswith("mis_events_pending{")]


def test_an_answer_is_kept_for_some_seconds(client: Client) -> None:
    before = numbers(client)
    submit("example.note", Note())

    assert not [name for name in numbers(client) if "mis_jobs" in name and name not in before]


def test_a_database_that_is_gone_is_told_and_the_rest_is_still_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", fail)
    monkeypatch.setattr(connection, "close", lambda: None)

    found = numbers(client)

    assert found["mis_database_up"] == 0
    assert found["mis_measures_failed"] >= 5
    assert "mis_disk_free_bytes" in found
    assert not [name for name in found if name.startswith("mis_jobs{")]


def test_a_measure_that_fails_takes_no_other_along(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Iterator[tuple[tuple[str, ...], float]]:
        raise OperationalError("canceling statement due to statement timeout")
        yield

    numbers(client)
    monkeypatch.setattr(measures._measures["mis_jobs"], "read", fail)
    _nothing_kept()

    found = numbers(client)

    assert found["mis_measures_failed"] == 1
    assert 'mis_job_oldest_seconds{lane="default"}' in found
    assert not [name for name in found if name.startswith("mis_jobs{")]


def test_the_age_of_the_newest_backup_is_told_once_there_is_one(client: Client, tmp_path: Path) -> None:
    stamp = tmp_path / "last-backup.json"
    with override_settings(DATA_DIR=tmp_path):
        without = numbers(client)
        stamp.write_text(json.dumps({"made_at": f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%S.%fZ}"}))
        found = numbers(client)
        stamp.write_text("half a fi")
        damaged = numbers(client)

    assert 7199 < found["mis_backup_age_seconds"] < 7300
    assert "mis_backup_age_seconds" not in without | damaged


def test_values_are_counted_under_the_smallest_bound_they_fit() -> None:
    spread = counting.Histogram("x", "", ("kind",), (0.1, 1.0))
    for value in (0.1, 0.5, 1.0, 7.0):
        spread.observe(value, "a")

    assert list(spread.cells()) == [(("a",), [("0.1", 1.0), ("1.0", 3.0), ("+Inf", 4.0)], 8.6)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_its_numbers_too(start_worker: Callable[..., WorkerProcess]) -> None:
    worker = start_worker()
    worker.wait_until_ready()

    status, text = worker.answers("/metrics")

    assert status == 200
    assert 'mis_worker_lane_stuck{lane="default"} 0.0' in text
    assert 'mis_job_oldest_seconds{lane="events"} 0.0' in text
    assert "process_resident_memory_bytes" in text


def an_event() -> ReleaseCreated:
    return ReleaseCreated.model_validate(
        {
            "cursor": 1,
            "tool_id": "00000000-0000-0000-0000-000000000001",
            "kind": "comic",
            "locale": "en",
            "number": 1,
            "sha256": "0" * 64,
            "change_class": "typo",
            "released_at": datetime.now(UTC),
        }
    )


def _nothing_kept() -> None:
    """Measure anew at the next question: answers are kept for some seconds."""
    for one in measures._measures.values():
        one.fresh_until = 0
