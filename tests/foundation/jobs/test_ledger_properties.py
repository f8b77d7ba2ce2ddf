"""Do the invariants of the ledger hold whatever happens in whatever order?"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from foundation.jobs import ledger
from foundation.jobs.actions import cancel, submit
from foundation.jobs.errors import JobCancelled, LeaseLost
from foundation.jobs.models import ENDED, Job, State
from foundation.jobs.running import FanOut, Lease, Outcome, Submission
from tests.foundation.example.jobs import Note

WORKERS = st.sampled_from(["w1", "w2", "w3"])
KEYS = st.one_of(st.none(), st.sampled_from(["k1", "k2"]))
WHICH = st.integers(0, 40)


def has_claimed(machine: "LedgerMachine") -> bool:
    return bool(machine.leases)


def anybody_s_turn(step: Callable[["LedgerMachine", int], None]) -> Any:
    """A step of whoever ever held a lease, whether it still counts or not."""
    return precondition(has_claimed)(rule(which=WHICH)(step))


class LedgerMachine(RuleBasedStateMachine):
    """Workers that die, are late, or are called off, on one ledger; what is known here is checked against the rows."""

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

    @precondition(lambda self: Job.objects.exclude(state__in=ENDED).count() < 4)
    @rule(key=KEYS, priority=st.integers(-1, 1))
    def submit(self, key: str | None, priority: int) -> None:
        job = submit("example.note", Note(), key=key, priority=priority)
        if key:
            assert self.by_key.setdefault(key, job.id) == job.id

    @precondition(lambda self: Job.objects.filter(state=State.QUEUED).exists())
    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        claimed = ledger.claim("default", worker)
        assert claimed is not None
        job, lease = claimed
        assert job.id not in self.holder, "a running job was claimed"
        assert lease.fence > self.fences.get(job.id, 0), "the fence did not grow"
        self.holder[job.id] = self.fences[job.id] = lease.fence
        self.leases.append(lease)

    @anybody_s_turn
    def beat(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.beat(lease, 0.5, "stage"), ends=False)

    @anybody_s_turn
    def finish(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.finish(lease, self.outcome(lease)))

    @precondition(has_claimed)
    @rule(which=WHICH, children=st.integers(0, 3), follows=st.booleans())
    def fan_out(self, which: int, children: int, follows: bool) -> None:
        lease = self.lease(which)
        then = Submission("example.note", Note(what="then")) if follows or not children else None
        plan = FanOut((Submission("example.note", Note()),) * children, then)
        self.attempt(lease, lambda: ledger.finish(lease, self.outcome(lease), plan), ends=None)

    @anybody_s_turn
    def fail(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.fail(lease, "no"))

    @anybody_s_turn
    def retry(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.retry(lease, "again", after_s=0))

    @anybody_s_turn
    def release(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.release(lease))

    @anybody_s_turn
    def acknowledge(self, which: int) -> None:
        lease = self.lease(which)
        self.attempt(lease, lambda: ledger.acknowledge_cancel(lease))

    @precondition(has_claimed)
    @rule(position=st.integers(0, 50))
    def call_off(self, position: int) -> None:
        jobs = list(Job.objects.exclude(state__in=ENDED).order_by("created_at", "id"))
        if jobs:
            cancel(jobs[position % len(jobs)].id)

    @precondition(lambda self: Job.objects.filter(state=State.WAITING).exists())
    @rule()
    def call_off_a_parent(self) -> None:
        cancel(Job.objects.filter(state=State.WAITING).earliest("created_at").id)

    @precondition(lambda self: self.holder)
    @rule()
    def call_off_a_running_one(self) -> None:
        cancel(min(self.holder))

    @anybody_s_turn
    def fall_silent(self, which: int) -> None:
        lease = self.lease(which)
        running = Job.objects.filter(id=lease.job_id, fence=lease.fence, state=State.RUNNING)
        running.update(lease_until=F("lease_until") - timedelta(hours=1))

    @rule()
    def sweep(self) -> None:
        ledger.sweep()
        self.forget_lost()

    @rule(worker=WORKERS)
    def restart(self, worker: str) -> None:
        ledger.take_back_from(worker)
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

    def lease(self, which: int) -> Lease:
        """Return mostly the last lease of a running job, now and then one of long ago."""
        current = [lease for lease in self.leases if self.holder.get(lease.job_id) == lease.fence]
        chosen = current if current and which % 4 else self.leases
        return chosen[which % len(chosen)]

    def drain(self) -> None:
        """Let one last worker, who never fails, do what is left; every job must come to an end."""
        Job.objects.filter(state=State.RUNNING).update(lease_until=F("lease_until") - timedelta(hours=1))
        self.sweep()
        while claimed := ledger.claim("default", "last"):
            lease = claimed[1]
            ledger.finish(lease, self.outcome(lease))
        assert not Job.objects.exclude(state__in=ENDED).exists()

    def outcome(self, lease: Lease) -> Outcome:
        def effect() -> None:
            self.effects[lease.job_id] += 1

        return Outcome(effect=effect)

    def attempt(self, lease: Lease, write: "object", *, ends: bool | None = True) -> None:
        """Write under ``lease``: it must work exactly if that lease is the one that counts, else change nothing."""
        before = list(Job.objects.order_by("id").values())
        effects = self.effects.copy()
        is_held = self.holder.get(lease.job_id) == lease.fence
        called_off = Job.objects.filter(id=lease.job_id, cancel_requested=True).exists()
        try:
            with transaction.atomic():
                write()  # type: ignore[operator]
        except LeaseLost:
            assert not is_held
            assert list(Job.objects.order_by("id").values()) == before
            assert self.effects == effects
        except JobCancelled:
            assert is_held
            assert called_off
            assert ends is not True
        else:
            assert is_held, "a lease that no longer counts was written under"
            if ends is not False:
                del self.holder[lease.job_id]

    def forget_lost(self) -> None:
        running = set(Job.objects.filter(state=State.RUNNING).values_list("id", flat=True))
        self.holder = {job_id: fence for job_id, fence in self.holder.items() if job_id in running}


@pytest.mark.django_db
def test_the_ledger_keeps_its_invariants() -> None:
    limits = settings(
        max_examples=100,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(LedgerMachine, settings=limits)
