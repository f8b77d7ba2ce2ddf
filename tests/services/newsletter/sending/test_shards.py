"""Do several workers on one campaign share it without collision, conclude it once and heed what happens meanwhile?"""

import logging
import signal
import subprocess
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from foundation.events.models import OutboxEvent
from foundation.jobs.errors import Terminal
from foundation.jobs.models import Job
from foundation.jobs.running import RunningJob
from foundation.jobs.worker import run_one
from foundation.web.requests import current_request_id, request_id_scope
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced
from services.newsletter.lists.actions import unsubscribe_from_all
from services.newsletter.lists.importing import Row, import_rows
from services.newsletter.lists.models import Subscriber
from services.newsletter.sending import ledger, slices
from tests.servers.ports import free_port
from tests.services.newsletter.campaigns.campaigns import prepared, work
from tests.services.newsletter.people import mailing_list, readers_of
from tests.services.newsletter.relays import Mailbox
from tests.services.newsletter.sending.test_crashes import LINES, hesitating, start_worker, wait_until

READERS = 40
MANY = 1_300
SHARD = "newsletter.send_shard"


@pytest.fixture
def three_shards(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SENDING_SHARDS = 3
    monkeypatch.setattr(ledger, "BATCH", 10)


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def jobs_of(kind: str) -> int:
    return Job.objects.filter(kind=kind).count()


def a_campaign(number: int = READERS) -> Campaign:
    partners = mailing_list()
    readers_of(partners, number)
    return prepared(partners)


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_a_round_of_shards_reaches_everybody_once_and_ends_the_campaign_once(mailbox: Mailbox) -> None:
    campaign = a_campaign()

    work()

    told = [event.data["status"]["state"] for event in OutboxEvent.objects.all()]
    assert [jobs_of(kind) for kind in ("newsletter.send", SHARD, "newsletter.conclude_round")] == [1, 3, 1]
    assert len(mailbox.addresses) == len(set(mailbox.addresses)) == READERS
    assert fresh(campaign).state == Campaign.State.FINISHED
    assert told.count("finished") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_what_one_worker_does_in_no_time_is_not_cut(mailbox: Mailbox) -> None:
    a_campaign(19)

    work()

    assert (len(mailbox.accepted), jobs_of(SHARD)) == (19, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_a_round_overtaken_by_a_pause_and_its_end_has_no_next_one(mailbox: Mailbox) -> None:
    campaign = a_campaign()
    run_one("default", "one")  # newsletter.prepare
    run_one("default", "one")  # the round leaves its shards

    actions.pause(campaign.pk, at=timezone.now())
    actions.resume(campaign.pk, at=timezone.now())
    mailbox.to_recipient = {"reader0@example.org": "450 4.2.0 greylisted"}.get
    work()

    waiting = Job.objects.filter(kind="newsletter.send", state="queued").values_list("payload__round", flat=True)
    assert list(waiting) == [fresh(campaign).slice]
    assert counts_of(campaign).pending == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_a_relay_that_is_away_counts_once_for_all_shards(mailbox: Mailbox, settings: Settings) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    campaign = a_campaign()

    work()

    assert fresh(campaign).relay_failures == 1
    assert fresh(campaign).message == "The mail relay does not answer (ConnectionRefusedError). We keep trying."
    assert counts_of(campaign).pending == READERS


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_a_relay_that_has_no_room_for_one_of_the_shards_is_no_trouble(mailbox: Mailbox, settings: Settings) -> None:
    campaign = a_campaign()
    run_one("default", "one")
    run_one("default", "one")
    up, settings.SMTP_URL = settings.SMTP_URL, f"smtp://127.0.0.1:{free_port()}"

    run_one("default", "one")  # a shard that gets no connection
    settings.SMTP_URL = up
    work()

    assert (fresh(campaign).relay_failures, fresh(campaign).message) == (0, "")
    assert (fresh(campaign).state, len(mailbox.accepted)) == (Campaign.State.FINISHED, READERS)


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_a_shard_that_fails_for_good_pauses_the_campaign_and_says_why(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_nothing(job: RunningJob, campaign: Campaign) -> None:
        raise Terminal("No slice today.")

    campaign = a_campaign()
    monkeypatch.setattr("services.newsletter.sending.jobs.send_slice", send_nothing)

    work()

    assert (fresh(campaign).state, fresh(campaign).message) == ("paused", "Sending stopped: No slice today.")
    assert counts_of(campaign).pending == READERS


@pytest.mark.django_db
def test_progress_is_told_once_a_second_however_many_shards_there_are() -> None:
    campaign = a_campaign(2)
    told = OutboxEvent.objects.count()
    later = fresh(campaign).changed_at + timedelta(seconds=1)

    answers = [actions.announce_progress(campaign.pk, at=later, pause_s=slices.ANNOUNCE_S) for _ in range(3)]

    assert answers == [True, False, False]
    assert OutboxEvent.objects.count() == told + 1


@pytest.mark.django_db
@pytest.mark.usefixtures("three_shards")
def test_every_line_of_a_sending_carries_the_request_that_began_it_and_no_mail_does(mailbox: Mailbox) -> None:
    lines: list[tuple[str, str]] = []
    listener = logging.Handler()
    listener.emit = lambda record: lines.append((record.getMessage(), current_request_id()))  # type: ignore[method-assign]
    with request_id_scope("request-of-the-sender"):
        a_campaign()
    logging.getLogger("services.newsletter").addHandler(listener)

    work()
    logging.getLogger("services.newsletter").removeHandler(listener)

    assert {request_id for _, request_id in lines} == {"request-of-the-sender"}
    assert "campaign_slice" in {event for event, _ in lines}
    assert set(Job.objects.values_list("request_id", flat=True)) == {"request-of-the-sender"}
    assert not any(b"request-of" in content for _, content in mailbox.accepted)


@pytest.fixture
def slow_mailbox(mailbox: Mailbox) -> Mailbox:
    """A relay that thinks for a moment, so that there is a middle to be killed in."""
    mailbox.to_body = hesitating(0.001)
    return mailbox


@pytest.mark.django_db(transaction=True)
def test_two_workers_killed_in_turn_share_a_campaign_and_nobody_gets_two(
    slow_mailbox: Mailbox, settings: Settings
) -> None:
    campaign = a_large_campaign()
    names = ("one", "other")
    workers = {name: start_worker(settings, name=name, shards=2) for name in names}

    for threshold, name in ((150, "one"), (300, "other"), (450, "one")):
        wait_until(lambda limit=threshold: len(slow_mailbox.accepted) >= limit)  # type: ignore[misc]
        workers[name].kill()
        workers[name].wait(10)
        workers[name] = start_worker(settings, name=name, shards=2)
    wait_until(lambda: fresh(campaign).state == Campaign.State.FINISHED)
    stop(workers.values())

    counts, took = counts_of(campaign), slow_mailbox.addresses
    states = dict(campaign.deliveries.values_list("subscriber__address", "state"))
    took_part = Job.objects.filter(kind=SHARD).values_list("worker", flat=True)
    assert {worker.rpartition("/")[2].partition("-")[0] for worker in took_part} == set(names)
    assert len(took) == len(set(took)), "somebody got two"
    assert is_balanced(counts)
    assert counts.accepted + counts.in_doubt == MANY
    assert counts.in_doubt <= 3 * LINES
    assert {address for address, state in states.items() if state == Delivery.State.ACCEPTED} <= set(took)
    assert not list(settings.JOURNAL_DIR.iterdir())


@pytest.mark.django_db(transaction=True)
def test_a_pause_and_a_farewell_are_heeded_by_both_workers(slow_mailbox: Mailbox, settings: Settings) -> None:
    campaign = a_large_campaign()
    workers = [start_worker(settings, name=name, shards=2) for name in ("one", "other")]

    wait_until(lambda: len(slow_mailbox.accepted) >= 200)
    actions.pause(campaign.pk, at=timezone.now())
    leaving = Subscriber.objects.filter(deliveries__state=Delivery.State.PENDING).latest("pk")
    unsubscribe_from_all(leaving, at=timezone.now())
    wait_until(lambda: not Job.objects.filter(state__in=["queued", "running"], kind__startswith="newsletter.").exists())
    paused = counts_of(campaign)
    actions.resume(campaign.pk, at=timezone.now())
    wait_until(lambda: fresh(campaign).state == Campaign.State.FINISHED)
    stop(workers)

    counts = counts_of(campaign)
    assert 0 < paused.accepted < MANY
    assert (counts.accepted, counts.suppressed, counts.in_doubt) == (MANY - 1, 1, 0)
    assert sorted(set(slow_mailbox.addresses)) == slow_mailbox.addresses
    assert leaving.address not in slow_mailbox.addresses


def a_large_campaign() -> Campaign:
    partners = mailing_list()
    rows = [Row(f"reader{n}@example.org", "en") for n in range(MANY)]
    import_rows(rows, into=partners, consent_text="Yes.", at=timezone.now())
    return prepared(partners)


def stop(workers: Iterable["subprocess.Popen[bytes]"]) -> None:
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        worker.wait(20)
