"""Does a run notice in time what happens around it?"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from foundation.jobs.errors import WorkerStopping
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign, Delivery, RecalledTool
from services.newsletter.campaigns.variants import apply_recall
from services.newsletter.lists.actions import unsubscribe_from_all
from services.newsletter.lists.models import Subscriber
from services.newsletter.sending import journal, ledger, run
from services.newsletter.sending.run import Limits, RunBook, RunStalled
from services.newsletter.smtp.letters import Fate, Letter, Outcome
from tests.services.newsletter.campaigns.campaigns import prepared
from tests.services.newsletter.content import COMIC_ID
from tests.services.newsletter.people import mailing_list, readers_of

pytestmark = pytest.mark.django_db

STATE = Delivery.State


@pytest.fixture
def campaign() -> Campaign:
    partners = mailing_list()
    readers_of(partners, 4)
    return prepared(partners, locales=("en",))


@pytest.fixture
def book(campaign: Campaign, tmp_path: Path) -> Iterator[RunBook]:
    run_id = uuid4()
    with journal.opened(tmp_path, run_id) as ours:
        yield RunBook(campaign, run_id, ours, Limits(ends_at=float("inf")), beat=lambda settled: None)


def given(book: RunBook) -> Letter:
    letter = book.next_letter(is_8bit=True)
    assert letter is not None
    return letter


def state_of(letter: Letter) -> str:
    return Delivery.objects.get(pk=letter.key).state


def test_a_letter_whose_reader_leaves_is_not_wanted_after_the_next_look(book: RunBook) -> None:
    letter = given(book)
    reader = Subscriber.objects.get(address=letter.recipient)

    unsubscribe_from_all(reader, at=timezone.now())
    book.tick()

    assert not book.is_wanted(letter)
    book.settle(letter, Outcome(Fate.UNSENT))
    book.tick()
    assert state_of(letter) == STATE.PENDING  # the next claim suppresses it


def test_a_letter_written_before_a_recall_is_given_back_and_written_anew(book: RunBook, campaign: Campaign) -> None:
    before = given(book)
    recalled = RecalledTool(tool_id=COMIC_ID, noted_at=timezone.now())

    for variant in campaign.variants.all():
        apply_recall(variant, recalled, at=timezone.now())
    book.tick()
    after = given(book)

    assert not book.is_wanted(before)
    assert book.is_wanted(after)
    assert str(COMIC_ID).encode() in before.message
    assert str(COMIC_ID).encode() not in after.message


def test_a_cancelled_campaign_gives_out_nothing_and_wants_nothing_back(book: RunBook, campaign: Campaign) -> None:
    letter = given(book)

    actions.cancel(campaign.pk, at=timezone.now())
    book.tick()

    assert book.next_letter(is_8bit=True) is None
    assert not book.is_wanted(letter)


def test_a_paused_campaign_lets_go_out_what_is_under_way(book: RunBook, campaign: Campaign) -> None:
    letter = given(book)

    actions.pause(campaign.pk, at=timezone.now())
    book.tick()

    assert book.next_letter(is_8bit=True) is None
    assert book.is_wanted(letter)
    book.settle(letter, Outcome(Fate.ACCEPTED, 250))
    book.close()
    assert state_of(letter) == STATE.ACCEPTED
    assert set(campaign.deliveries.exclude(pk=letter.key).values_list("state", flat=True)) == {STATE.PENDING}


def test_a_run_that_slept_too_long_sends_nothing_it_may_have_lost(
    book: RunBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = given(book)
    asleep = run._clock() + run.HOLD_S + 1
    monkeypatch.setattr(run, "_clock", lambda: asleep)

    assert not book.is_wanted(letter)
    book.tick()

    assert isinstance(book.ended_by, RunStalled)
    assert book.next_letter(is_8bit=True) is None


def test_a_run_renews_its_claims_while_it_lives(
    book: RunBook, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(book)
    campaign.deliveries.update(claimed_until=timezone.now())
    later = run._clock() + run.RENEW_S + 1
    monkeypatch.setattr(run, "_clock", lambda: later)

    book.tick()

    assert not campaign.deliveries.filter(claimed_until__lt=timezone.now()).exists()


def test_told_to_stop_a_run_drains_and_then_insists(book: RunBook) -> None:
    def stop(settled: int) -> None:
        raise WorkerStopping("The worker is stopping.")

    letter = given(book)
    book.beat = stop

    book.tick()

    assert book.next_letter(is_8bit=True) is None
    assert book.is_wanted(letter)
    book._drain_until = 0
    with pytest.raises(WorkerStopping):
        book.tick()


def test_a_database_that_goes_away_puts_nothing_in_doubt(
    book: RunBook, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = given(book)
    with monkeypatch.context() as away:
        away.setattr(ledger, "unwanted_of", unreachable)
        book.tick()

    assert isinstance(book.ended_by, OperationalError)
    assert book.next_letter(is_8bit=True) is None
    assert book.is_wanted(letter)
    book.settle(letter, Outcome(Fate.ACCEPTED, 250))
    book.close()
    assert state_of(letter) == STATE.ACCEPTED
    assert set(campaign.deliveries.exclude(pk=letter.key).values_list("state", flat=True)) == {STATE.PENDING}


def test_a_claim_the_database_does_not_answer_ends_the_run_in_good_order(
    book: RunBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "claim", unreachable)

    assert book.next_letter(is_8bit=True) is None
    assert isinstance(book.ended_by, OperationalError)


def unreachable(*arguments: object, **named: object) -> None:
    raise OperationalError("The server closed the connection.")


def test_a_run_ends_when_its_time_is_over(book: RunBook) -> None:
    given(book)
    book.limits.ends_at = 0

    assert book.next_letter(is_8bit=True) is None


def test_an_address_that_cannot_be_written_to_is_rejected_and_the_others_go_on(
    book: RunBook, campaign: Campaign
) -> None:
    Subscriber.objects.filter(address="reader0@example.org").update(address="a>b@example.org")

    first = given(book)
    book.close()

    assert first.recipient == "reader1@example.org"
    assert campaign.deliveries.get(subscriber__address="a>b@example.org").state == STATE.REJECTED
