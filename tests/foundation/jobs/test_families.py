"""Do a job and its children stay in step, exactly once, also when they end at the same moment?"""

import threading

import pytest
from django.db import connection

from foundation.jobs import ledger
from foundation.jobs.actions import cancel, submit
from foundation.jobs.errors import JobCancelled
from foundation.jobs.models import Job, State
from foundation.jobs.running import FanOut, Lease, Outcome, Submission
from foundation.jobs.worker import run_one, run_until_idle
from tests.foundation.example.jobs import Note
from tests.foundation.example.models import Trace

pytestmark = pytest.mark.django_db

CHILD = Submission("example.note", Note(what="child"))
THEN = Submission("example.note", Note(what="then"))


def traces() -> list[str]:
    return list(Trace.objects.order_by("id").values_list("what", flat=True))


def states() -> dict[str, int]:
    found = Job.objects.values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


def claimed() -> Lease:
    claim = ledger.claim("default", "w1")
    assert claim is not None
    return claim[1]


def waiting_parent(*children: Submission, then: Submission | None = None) -> Job:
    parent = submit("example.spread", Note())
    ledger.finish(claimed(), Outcome(), FanOut(children, then))
    parent.refresh_from_db()
    return parent


def test_a_parent_waits_for_its_children_and_then_for_what_follows() -> None:
    parent = submit("example.spread", Note())

    run_one("default", "w1")

    parent.refresh_from_db()
    assert (parent.state, parent.pending_children, parent.lease_until) == (State.WAITING, 2, None)
    assert traces() == ["spread"]
    run_until_idle()
    parent.refresh_from_db()
    assert (parent.state, parent.pending_children, parent.progress) == (State.SUCCEEDED, 0, 1.0)
    assert traces() == ["spread", "child", "child", "then"]


def test_without_anything_to_follow_the_last_child_ends_the_parent() -> None:
    parent = waiting_parent(CHILD, CHILD)

    run_until_idle()

    parent.refresh_from_db()
    assert parent.state == State.SUCCEEDED
    assert Job.objects.count() == 3


def test_without_children_what_follows_runs_at_once() -> None:
    parent = waiting_parent(then=THEN)

    run_until_idle()

    parent.refresh_from_db()
    assert parent.state == State.SUCCEEDED
    assert traces() == ["then"]


def test_a_child_that_fails_fails_the_parent_once_all_have_ended() -> None:
    parent = waiting_parent(Submission("example.refuse", Note(what="no")), CHILD, then=THEN)

    run_one("default", "w1")
    parent.refresh_from_db()
    assert parent.state == State.WAITING
    run_until_idle()

    parent.refresh_from_db()
    assert (parent.state, parent.error) == (State.FAILED, "1 of 2 jobs it was waiting for did not succeed.")
    assert "then" not in traces()
    assert f"on_failed example.spread failed {parent.error}" in traces()


def test_what_follows_failing_fails_the_parent() -> None:
    parent = waiting_parent(CHILD, then=Submission("example.refuse", Note(what="no")))

    run_until_idle()

    parent.refresh_from_db()
    assert parent.state == State.FAILED


def test_families_nest() -> None:
    grandparent = waiting_parent(Submission("example.spread", Note()), CHILD, then=THEN)

    run_until_idle()

    grandparent.refresh_from_db()
    assert grandparent.state == State.SUCCEEDED
    assert states() == {"succeeded": 7}
    assert traces()[-1] == "then"
    assert traces().count("then") == 2
    assert set(Job.objects.exclude(id=grandparent.id).values_list("root_id", flat=True)) == {grandparent.id}


def test_a_child_that_is_lost_and_runs_again_is_counted_once() -> None:
    parent = waiting_parent(CHILD, CHILD)
    claimed()
    ledger.take_back_from("w1")

    run_until_idle()

    parent.refresh_from_db()
    assert parent.state == State.SUCCEEDED
    assert traces() == ["child", "child"]


def test_keys_are_the_children_s_own() -> None:
    first = submit("example.spread", Note())
    second = submit("example.spread", Note())

    run_until_idle()

    assert first.children.count() == second.children.count() == 3


def test_cancelling_a_parent_cancels_its_children_and_asks_the_running_one() -> None:
    parent = waiting_parent(CHILD, CHILD, then=THEN)
    running = claimed()

    assert cancel(parent.id).state == State.CANCELLED

    assert states() == {"cancelled": 2, "running": 1}
    with pytest.raises(JobCancelled):
        ledger.beat(running, None, None)
    ledger.acknowledge_cancel(running)
    assert states() == {"cancelled": 3}
    assert run_until_idle() == 0


def test_a_job_called_off_fans_out_no_more() -> None:
    parent = submit("example.spread", Note())
    lease = claimed()
    cancel(parent.id)

    with pytest.raises(JobCancelled):
        ledger.finish(lease, Outcome(), FanOut((CHILD,), None))

    assert Job.objects.count() == 1


def test_a_run_that_asks_for_another_attempt_leaves_no_children() -> None:
    submit("example.spread", Note())
    lease = claimed()

    ledger.retry(lease, "later")

    assert Job.objects.count() == 1


def test_cancelling_a_child_fails_its_parent() -> None:
    parent = waiting_parent(CHILD, CHILD)
    child = parent.children.order_by("run_at").first()
    assert child is not None

    cancel(child.id)
    run_until_idle()

    parent.refresh_from_db()
    assert parent.state == State.FAILED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_children_that_end_at_the_same_moment_queue_what_follows_once(round_number: int) -> None:
    parent = waiting_parent(*[CHILD] * 8, then=THEN)
    leases = [claimed() for _ in range(8)]
    start = threading.Barrier(8)

    def finish(lease: Lease) -> None:
        start.wait()
        ledger.finish(lease, Outcome())
        connection.close()

    threads = [threading.Thread(target=finish, args=[lease]) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    parent.refresh_from_db()
    assert (parent.state, parent.pending_children) == (State.WAITING, 1)
    assert parent.children.filter(state=State.QUEUED).count() == 1
    run_until_idle()
    parent.refresh_from_db()
    assert parent.state == State.SUCCEEDED
    assert traces() == ["then"]
