"""Do the invariants of the ledger hold whatever happens in whatever order?"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from foundation.jobs import ledger
from foundation.jobs.actions import cancel, submit
from foundation.jobs.errors import JobCancelled, LeaseLost
from foundation.jobs.models import ENDED, Job, State
from foundation.jobs.running import FanOut, Lease, Outcome, Submission
from tests.foundation.example.jobs import Note

WORKERS = st.sampled_from(["w1", "w2", "w3"])
KEYS = st.one_of(st.none(), st.sampled_from(["k1", "k2"]))
WHICH = st.integers(0, 40)
ENDS = ["beat", "finish", "finish", "finish", "fan out", "fan out", "fail", "retry", "release", "cancelled"]


def plan_for(children: int) -> FanOut:
    """Return so many children and, for an even number, something that follows."""
    then = None if children % 2 else Submission("example.note", Note(what="then"))
    return FanOut((Submission("example.note", Note()),) * children, then)


class LedgerMachine(RuleBasedStateMachine):
    """Workers that die, are late, or are called off, on one ledger; what is known here is checked against the rows.

    No rule has a precondition: ids and milliseconds differ from run to run, and hypothesis repeats what it drew.
    """

    def __init__(self) -> None:
        super().__init__()
        self.leases: list[Lease] = []
        self.effects: Counter[UUID] = Counter()
        self.holder: dict[UUID, int] = {}  # the one fence that counts, per running job
        self.fences: dict[UUID, int] = {}
        self.by_key: dict[str, UUID] = {}
        self.ended: dict[UUID, str] = {}

    def teardown(self) -> None:
        self.drain()
        self.rows_agree()
        Job.objects.all().delete()

    @initialize(children=st.integers(0, 3), worker=WORKERS)
    def begin_with_a_family(self, children: int, worker: str) -> None:
        self.submit(None, 0)
        self.claim(worker)
        self.write(1, "fan out", children)

    @rule(key=KEYS, priority=st.integers(-1, 1))
    def submit(self, key: str | None, priority: int) -> None:
        if Job.objects.exclude(state__in=ENDED).count() > 3:
            return  # a few jobs meet more often than many
        job = submit("example.note", Note(), key=key, priority=priority)
        if key:
            assert self.by_key.setdefault(key, job.id) == job.id

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        claimed = ledger.claim("default", worker)
        assert bool(claimed) == (Job.objects.filter(state__in=[State.QUEUED, State.RUNNING]).count() > len(self.holder))
        if claimed is None:
            return
        job, lease = claimed
        assert job.id not in self.holder, "a running job was claimed"
        assert lease.fence > self.fences.get(job.id, 0), "the fence did not grow"
        self.holder[job.id] = self.fences[job.id] = lease.fence
        self.leases.append(lease)

    @rule(which=WHICH, end=st.sampled_from(ENDS), children=st.integers(0, 3))
    def write(self, which: int, end: str, children: int) -> None:
        """Somebody who holds a lease, or once held one, reports or ends the job."""
        lease = self.lease(which)
        if lease is None:
            return
        outcome, plan = self.outcome(lease), plan_for(children)
        ways: dict[str, Callable[[], object]] = {
            "beat": lambda: ledger.beat(lease, 0.5, "stage"),
            "finish": lambda: ledger.finish(lease, outcome),
            "fan out": lambda: ledger.finish(lease, outcome, plan),
            "fail": lambda: ledger.fail(lease, "no"),
            "retry": lambda: ledger.retry(lease, "again", after_s=0),
            "release": lambda: ledger.release(lease),
            "cancelled": lambda: ledger.acknowledge_cancel(lease),
        }
        self.attempt(lease, ways[end], hears_cancel=end in {"beat", "fan out"}, keeps=end == "beat")

    @rule(state=st.sampled_from([State.QUEUED, State.WAITING, State.WAITING, State.RUNNING]))
    def call_off(self, state: State) -> None:
        if job := Job.objects.filter(state=state).order_by("created_at").first():
            cancel(job.id)

    @rule(which=WHICH, worker=st.none() | WORKERS)
    def lose(self, which: int, worker: str | None) -> None:
        """A worker falls silent and is swept, or is restarted."""
        if worker:
            ledger.take_back_from(worker)
        elif lease := self.lease(which):
            running = Job.objects.filter(id=lease.job_id, fence=lease.fence, state=State.RUNNING)
            running.update(lease_until=F("lease_until") - timedelta(hours=1))
            ledger.sweep()
        self.forget_lost()

    @invariant()
    def rows_agree(self) -> None:
        jobs = {job.id: job for job in Job.objects.all()}
        running = {job.id: job.fence for job in jobs.values() if job.state == State.RUNNING}
        assert running == self.holder, "a job runs under another fence than the one handed out last"
        for job_id, state in self.ended.items():
            assert jobs[job_id].state == state, "an ended job moved"
        self.ended = {job.id: job.state for job in jobs.values() if job.has_ended}
        for job in jobs.values():
            self.family_agrees(job, [child for child in jobs.values() if child.parent_id == job.id])

    def family_agrees(self, job: Job, children: list[Job]) -> None:
        open_children = [child for child in children if not child.has_ended]
        thens = [child for child in children if child.payload == {"what": "then"}]
        assert self.effects[job.id] == (job.state in {State.SUCCEEDED, State.WAITING} or bool(children))
        assert len(thens) <= 1, "what follows was queued twice"
        if job.state == State.WAITING:
            assert job.pending_children == len(open_children) > 0, "a parent waits for nobody, or for the wrong number"
        if job.state == State.QUEUED:
            assert not job.cancel_requested, "a job that was called off was queued again"
        if job.state == State.CANCELLED:
            assert all(child.state in {State.RUNNING, *ENDED} for child in children), "a child was forgotten"
        if job.state == State.SUCCEEDED:
            assert all(child.state == State.SUCCEEDED for child in children)

    def lease(self, which: int) -> Lease | None:
        """Return mostly the last lease of a running job, now and then one of long ago."""
        current = [lease for lease in self.leases if self.holder.get(lease.job_id) == lease.fence]
        chosen = current if current and which % 4 else self.leases
        return chosen[which % len(chosen)] if chosen else None

    def drain(self) -> None:
        """Let one last worker, who never fails, do what is left; every job must come to an end."""
        Job.objects.filter(state=State.RUNNING).update(lease_until=F("lease_until") - timedelta(hours=1))
        ledger.sweep()
        self.forget_lost()
        while claimed := ledger.claim("default", "last"):
            lease = claimed[1]
            ledger.finish(lease, self.outcome(lease))
        assert not Job.objects.exclude(state__in=ENDED).exists()

    def outcome(self, lease: Lease) -> Outcome:
        def effect() -> None:
            self.effects[lease.job_id] += 1

        return Outcome(effect=effect)

    def attempt(self, lease: Lease, write: Callable[[], object], *, hears_cancel: bool, keeps: bool) -> None:
        """Write under ``lease``: it must work exactly if that lease is the one that counts, else change nothing."""
        before = list(Job.objects.order_by("id").values())
        effects = self.effects.copy()
        is_held = self.holder.get(lease.job_id) == lease.fence
        called_off = Job.objects.filter(id=lease.job_id, cancel_requested=True).exists()
        try:
            with transaction.atomic():
                write()
        except LeaseLost:
            assert not is_held
            assert list(Job.objects.order_by("id").values()) == before
            assert self.effects == effects
        except JobCancelled:
            assert is_held
            assert called_off
            assert hears_cancel
        else:
            assert is_held, "a lease that no longer counts was written under"
            assert not (hears_cancel and called_off)
            if not keeps:
                del self.holder[lease.job_id]

    def forget_lost(self) -> None:
        running = set(Job.objects.filter(state=State.RUNNING).values_list("id", flat=True))
        self.holder = {job_id: fence for job_id, fence in self.holder.items() if job_id in running}


@pytest.mark.django_db
def test_the_ledger_keeps_its_invariants() -> None:
    limits = settings(
        max_examples=40,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(LedgerMachine, settings=limits)
