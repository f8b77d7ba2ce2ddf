"""Do the books balance, and is nobody mailed twice, whatever happens and wherever a run dies?"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced
from services.newsletter.lists.actions import erase, unsubscribe_from_all
from services.newsletter.lists.models import MailingList, Subscriber
from services.newsletter.sending import journal, ledger
from services.newsletter.sending.ledger import Claimed
from services.newsletter.smtp.letters import Fate, Outcome
from tests.services.newsletter.campaigns.campaigns import prepared
from tests.services.newsletter.people import mailing_list, reader_of, readers_of

pytestmark = pytest.mark.django_db

State = Delivery.State
READERS = 6


@dataclass
class World:
    """A campaign, a relay that counts what it took, and runs that may die at any point."""

    campaign: Campaign
    folder: Path
    taken: Counter[int] = field(default_factory=Counter)
    resent: Counter[int] = field(default_factory=Counter)

    def run(self, ends: list[str]) -> None:
        """Claim, and let each delivery end as told; ``dies…`` ends the whole run there, like kill -9."""
        run = uuid4()
        with journal.opened(self.folder, run) as ours:
            settled = []
            for delivery, end in zip(ledger.claim(self.campaign, run, at=timezone.now()), ends, strict=False):
                outcome = self._send(delivery, end, ours)
                ours.flush()
                if outcome is None:
                    return
                settled.append((delivery, outcome))
            ledger.settle(run, settled, at=timezone.now())
            if ends and ends[-1] == "dies_at_the_end":
                return
            left = [(one, Outcome(Fate.UNSENT)) for one, _ in ledger._rows(ledger._held(run))]
            ledger.settle(run, left, at=timezone.now())
            ours.discard()

    def _send(self, delivery: Claimed, end: str, ours: journal.Journal) -> Outcome | None:
        if end == "dies_before":
            return None
        if end == "refused":
            ours.settle(delivery.id, Outcome(Fate.REJECTED, 550, "5.7.1"))
            return Outcome(Fate.REJECTED, 550, "5.7.1")
        ours.intend(delivery.id)
        if end == "dies_with_intent":
            return None
        if end == "later":
            ours.settle(delivery.id, Outcome(Fate.LATER, 450))
            return Outcome(Fate.LATER, 450)
        self.taken[delivery.id] += 1
        if end == "dies_after":
            return None
        if end == "line_lost":
            ours.settle(delivery.id, Outcome(Fate.IN_DOUBT))
            return Outcome(Fate.IN_DOUBT)
        ours.settle(delivery.id, Outcome(Fate.ACCEPTED, 250))
        return Outcome(Fate.ACCEPTED, 250)

    def step(self, name: str, ends: list[str]) -> None:
        now = timezone.now()
        match name:
            case "run":
                self.run(ends)
            case "recover":
                ledger.recover(self.folder, at=now)
            case "wait":
                self.campaign.deliveries.filter(state=State.PENDING).update(not_before=None)
            case "resend":
                doubtful = self.campaign.deliveries.filter(state=State.IN_DOUBT)
                self.resent.update(doubtful.values_list("id", flat=True))
                if doubtful.exists():
                    actions.resend_in_doubt(self.campaign.pk, at=now)
            case "leave" | "erase":
                reader = Subscriber.objects.first()
                if reader:
                    unsubscribe_from_all(reader, at=now) if name == "leave" else erase(reader, at=now)

    def check(self) -> None:
        states = dict(self.campaign.deliveries.values_list("id", "state"))
        assert is_balanced(counts_of(self.campaign))
        assert len(states) == READERS
        for delivery_id, state in states.items():
            assert self.taken[delivery_id] <= 1 + self.resent[delivery_id]
            if state == State.ACCEPTED:
                assert self.taken[delivery_id]
            if self.taken[delivery_id] > self.resent[delivery_id]:
                assert state in {State.ACCEPTED, State.IN_DOUBT, State.CLAIMED}


ENDS = st.lists(
    st.sampled_from(
        [
            "sent",
            "sent",
            "refused",
            "later",
            "line_lost",
            "dies_before",
            "dies_with_intent",
            "dies_after",
            "dies_at_the_end",
        ]
    ),
    max_size=READERS,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["run", "run", "recover", "wait", "resend", "leave", "erase"]), ENDS), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(steps=STEPS)
def test_the_books_balance_and_nobody_is_mailed_twice_wherever_runs_die(steps: list[tuple[str, list[str]]]) -> None:
    with transaction.atomic(), TemporaryDirectory() as folder:
        partners = mailing_list()
        readers_of(partners, READERS)
        world = World(prepared(partners), Path(folder))

        for name, ends in steps:
            world.step(name, ends)
            world.check()

        ledger.recover(world.folder, at=timezone.now())
        world.check()
        assert not Delivery.objects.filter(state=State.CLAIMED).exists()
        transaction.set_rollback(True)


@pytest.fixture
def partners() -> MailingList:
    return mailing_list()


def claimed(campaign: Campaign) -> list[int]:
    return [one.id for one in ledger.claim(campaign, uuid4(), at=timezone.now(), limit=2)]


def test_no_two_runs_claim_the_same_delivery(partners: MailingList) -> None:
    readers_of(partners, 5)
    campaign = prepared(partners)

    batches = [claimed(campaign) for _ in range(4)]

    assert [len(batch) for batch in batches] == [2, 2, 1, 0]
    assert len({one for batch in batches for one in batch}) == 5


def test_a_claim_whose_journal_is_out_of_reach_is_in_doubt_once_its_lease_is_over(
    partners: MailingList, tmp_path: Path
) -> None:
    readers_of(partners, 3)
    campaign = prepared(partners)
    ledger.claim(campaign, uuid4(), at=timezone.now())

    early = ledger.recover(tmp_path, at=timezone.now())
    campaign.deliveries.update(claimed_until=timezone.now() - timedelta(hours=1))
    late = ledger.recover(tmp_path, at=timezone.now())

    assert (early, late) == (0, 3)
    assert counts_of(campaign).in_doubt == 3


def test_a_run_thought_dead_may_still_say_what_it_sent_until_somebody_resends(
    partners: MailingList, tmp_path: Path
) -> None:
    readers_of(partners, 2)
    campaign = prepared(partners)
    run = uuid4()
    one, other = ledger.claim(campaign, run, at=timezone.now())
    campaign.deliveries.update(claimed_until=timezone.now() - timedelta(hours=1))
    ledger.recover(tmp_path, at=timezone.now())

    ledger.settle(run, [(one, Outcome(Fate.ACCEPTED, 250))], at=timezone.now())
    actions.resend_in_doubt(campaign.pk, at=timezone.now())
    ledger.settle(run, [(other, Outcome(Fate.ACCEPTED, 250))], at=timezone.now())

    states = dict(campaign.deliveries.values_list("id", "state"))
    assert states == {one.id: State.ACCEPTED, other.id: State.PENDING}


def test_a_run_that_lost_its_claims_cannot_give_them_back(partners: MailingList, tmp_path: Path) -> None:
    readers_of(partners, 1)
    campaign = prepared(partners)
    run = uuid4()
    held = ledger.claim(campaign, run, at=timezone.now())
    campaign.deliveries.update(claimed_until=timezone.now() - timedelta(hours=1))
    ledger.recover(tmp_path, at=timezone.now())

    ledger.settle(run, [(one, Outcome(Fate.UNSENT)) for one in held], at=timezone.now())

    assert counts_of(campaign).in_doubt == 1


def test_the_database_refuses_a_second_delivery_to_the_same_reader(partners: MailingList) -> None:
    reader = reader_of(partners, "a@example.org")
    campaign = prepared(partners)
    variant = campaign.variants.get(locale="en")

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(campaign=campaign, subscriber=reader, list=partners, variant=variant)

    assert campaign.deliveries.count() == 1


def test_the_database_refuses_a_claim_without_a_run_and_a_run_on_what_is_settled(partners: MailingList) -> None:
    readers_of(partners, 1)
    campaign = prepared(partners)

    for wrong in ({"state": State.CLAIMED}, {"state": State.ACCEPTED, "claim": uuid4()}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            campaign.deliveries.update(**wrong)

    assert counts_of(campaign).pending == 1


def test_a_batch_costs_a_fixed_number_of_queries(
    partners: MailingList, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    readers_of(partners, 40)
    campaign = prepared(partners)
    run = uuid4()

    with django_assert_max_num_queries(6):  # type: ignore[operator]
        batch = ledger.claim(campaign, run, at=timezone.now())
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        ledger.settle(run, [(one, Outcome(Fate.ACCEPTED, 250)) for one in batch], at=timezone.now())

    assert counts_of(campaign).accepted == 40
