"""Does periodic work run once per period, however many workers ask?"""

from datetime import timedelta

import pytest
from django.db.models import F

from foundation.jobs import timetable
from foundation.jobs.ledger import purge
from foundation.jobs.models import Job, State
from foundation.jobs.registry import Nothing, job_handler, periodic, spec_of
from foundation.jobs.timetable import Timetable
from foundation.jobs.worker import run_until_idle
from tests.foundation.example.models import Trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The database's seconds since 1970, to be set by the test."""
    now = [3600.0 * 1000]
    monkeypatch.setattr(timetable, "epoch_s", lambda: now[0])
    return now


def ticks() -> int:
    return Trace.objects.filter(what="tick").count()


def test_any_number_of_workers_submit_one_job_per_period(clock: list[float]) -> None:
    for _ in range(3):
        Timetable().submit_due()
        run_until_idle()

    assert ticks() == 1


def test_the_next_period_has_a_job_of_its_own(clock: list[float]) -> None:
    Timetable().submit_due()
    run_until_idle()

    clock[0] += 3600
    Timetable().submit_due()
    run_until_idle()

    assert ticks() == 2


def test_a_slow_run_is_not_chased_by_the_next(clock: list[float]) -> None:
    Timetable().submit_due()
    clock[0] += 3600
    Timetable().submit_due()

    run_until_idle()

    assert ticks() == 1


def test_a_timetable_asks_the_database_once_per_period(clock: list[float], django_assert_num_queries: "object") -> None:
    table = Timetable()
    table.submit_due()

    with django_assert_num_queries(0):  # type: ignore[operator]
        table.submit_due()


def test_the_key_of_a_period_outlives_the_period(clock: list[float]) -> None:
    Timetable().submit_due()
    run_until_idle()
    Job.objects.update(finished_at=F("finished_at") - timedelta(hours=1.5))
    purge()

    Timetable().submit_due()
    run_until_idle()

    assert ticks() == 1


def test_a_periodic_job_that_fails_is_seen_and_left_to_the_next_period(clock: list[float]) -> None:
    assert spec_of("example.tick").max_attempts == 1
    Timetable().submit_due()
    Job.objects.filter(kind="example.tick").update(kind="example.untick", max_attempts=1)

    run_until_idle()

    assert Job.objects.get(kind="example.untick").state == State.FAILED


def test_the_database_s_clock_is_read() -> None:
    Timetable().submit_due()

    key = Job.objects.get(kind="example.tick").key
    assert key is not None
    assert int(key.partition("@")[2]) > 490_000  # hours since 1970


def test_a_kind_is_handled_by_one_piece_of_code() -> None:
    with pytest.raises(ValueError, match="already handled"):
        job_handler("example.note", payload=Nothing)(lambda job, payload: None)
    with pytest.raises(ValueError, match="already handled"):
        periodic("example.tick", every_s=1)(lambda: None)


def test_a_lane_must_exist() -> None:
    with pytest.raises(ValueError, match="There is no lane fast"):
        periodic("example.lost", every_s=1, lane="fast")(lambda: None)
