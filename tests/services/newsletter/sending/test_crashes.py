"""Is a real worker that is killed with -9 in the middle of a campaign forgiven by everything that follows?"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced
from tests.databases import url_of_the_test
from tests.services.newsletter.campaigns.campaigns import prepared
from tests.services.newsletter.people import mailing_list, readers_of
from tests.services.newsletter.relays import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 240
LINES = 4
KILLS_AFTER = (20, 90, 150)


def wait_until(condition: Callable[[], object], *, limit_s: float = 60) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def start_worker(settings: Settings, *, name: str = "sender", shards: int = 1) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "DATABASE_URL": url_of_the_test(),
        "DATA_DIR": str(settings.JOURNAL_DIR.parent),
        "SMTP_URL": settings.SMTP_URL,
        "SMTP_CONNECTIONS": str(LINES),
        "SENDING_SHARDS": str(shards),
        "DJANGO_SETTINGS_MODULE": "tests.services.newsletter.settings",
    }
    command = [sys.executable, "-m", "services.newsletter.manage", "work", "--name", name, "--lane", "default"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def hesitating(pause_s: float) -> Callable[[str], None]:
    """Return what takes the relay ``pause_s`` for each body, so that there is a middle to be killed in."""
    until = 0.0

    def hesitate(address: str) -> None:
        nonlocal until
        while time.monotonic() < until:
            time.sleep(pause_s / 4)
        until = time.monotonic() + pause_s

    return hesitate


@pytest.fixture
def slow_mailbox(mailbox: Mailbox) -> Mailbox:
    mailbox.to_body = hesitating(0.004)
    return mailbox


def test_killed_three_times_nobody_gets_two_and_what_is_uncertain_is_shown(
    slow_mailbox: Mailbox, settings: Settings
) -> None:
    partners = mailing_list()
    readers_of(partners, READERS)
    campaign = prepared(partners)

    for threshold in KILLS_AFTER:
        worker = start_worker(settings)
        wait_until(lambda limit=threshold: len(slow_mailbox.accepted) >= limit)  # type: ignore[misc]
        worker.kill()
        worker.wait(10)
    worker = start_worker(settings)
    wait_until(lambda: Campaign.objects.get(pk=campaign.pk).state == Campaign.State.FINISHED)
    worker.send_signal(signal.SIGTERM)
    worker.wait(20)

    counts = counts_of(campaign)
    took = slow_mailbox.addresses
    states = dict(campaign.deliveries.values_list("subscriber__address", "state"))
    assert len(took) == len(set(took)), "somebody got two"
    assert is_balanced(counts)
    assert (counts.pending, counts.rejected, counts.suppressed) == (0, 0, 0)
    assert counts.in_doubt <= LINES * len(KILLS_AFTER)
    assert {address for address, state in states.items() if state == Delivery.State.ACCEPTED} <= set(took)
    assert all(states[address] in {Delivery.State.ACCEPTED, Delivery.State.IN_DOUBT} for address in took)
    assert not list(settings.JOURNAL_DIR.iterdir())


def test_told_to_stop_a_worker_ends_what_is_under_way_and_leaves_nothing_in_doubt(
    slow_mailbox: Mailbox, settings: Settings
) -> None:
    partners = mailing_list()
    readers_of(partners, READERS)
    campaign = prepared(partners)

    worker = start_worker(settings)
    wait_until(lambda: len(slow_mailbox.accepted) >= 30)
    worker.send_signal(signal.SIGTERM)
    worker.wait(20)

    counts = counts_of(campaign)
    assert worker.returncode == 0
    assert counts.in_doubt == 0
    assert counts.accepted == len(slow_mailbox.accepted) < READERS
    assert is_balanced(counts)
    assert not Delivery.objects.filter(state=Delivery.State.CLAIMED).exists()
