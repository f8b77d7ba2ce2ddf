"""Does a campaign reach everybody once, in their language, whatever the relay does?"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from foundation.jobs.models import Job
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced
from services.newsletter.lists.models import Subscription, Suppression
from services.newsletter.lists.tokens import Purpose, read
from services.newsletter.sending import ledger
from tests.servers.ports import free_port
from tests.services.newsletter.campaigns.campaigns import prepared, states_of, work
from tests.services.newsletter.content import WORDS
from tests.services.newsletter.people import mailing_list, reader_of, readers_of, subscription
from tests.services.newsletter.relays import Mailbox, links, part

pytestmark = pytest.mark.django_db

State = Delivery.State


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def due_again(campaign: Campaign) -> None:
    """Let the time pass until the relay may be asked again."""
    past = timezone.now() - timedelta(seconds=1)
    campaign.deliveries.filter(state=State.PENDING).update(not_before=past)
    Job.objects.filter(state="queued").update(run_at=past)


def test_everyone_gets_the_issue_once_in_their_language(mailbox: Mailbox) -> None:
    partners = mailing_list()
    for address, language in [("a@example.org", "fr"), ("b@example.org", "fr-BE"), ("c@example.org", "pl")]:
        reader_of(partners, address, language=language)
    campaign = prepared(partners)

    work()

    subjects = {address: message["Subject"] for address, message in mailbox.messages().items()}
    assert subjects == {
        "a@example.org": WORDS["fr"]["title"],
        "b@example.org": WORDS["fr"]["title"],
        "c@example.org": WORDS["en"]["title"],
    }
    assert len(mailbox.accepted) == 3
    assert fresh(campaign).state == Campaign.State.FINISHED
    assert counts_of(fresh(campaign)).model_dump() == {
        "audience": 3,
        "accepted": 3,
        "rejected": 0,
        "in_doubt": 0,
        "suppressed": 0,
        "pending": 0,
    }


def test_each_mail_carries_links_that_are_its_readers_own(mailbox: Mailbox, settings: Settings) -> None:
    partners = mailing_list()
    readers = readers_of(partners, 2)
    campaign = prepared(partners)

    work()

    for reader in readers:
        message = mailbox.messages()[reader.address]
        for text in (part(message, "plain"), part(message, "html")):
            tokens = {
                purpose: [link for link in links(text) if f"/{purpose}/" in link]
                for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES)
            }
            assert [read(Purpose.UNSUBSCRIBE, link.rsplit("/", 1)[1]) for link in tokens[Purpose.UNSUBSCRIBE]] == [
                (reader.pk, partners.pk)
            ]
            assert [read(Purpose.PREFERENCES, link.rsplit("/", 1)[1]) for link in tokens[Purpose.PREFERENCES]] == [
                (reader.pk,)
            ]
            assert f"{settings.NEWSLETTER_URL}/archive/{campaign.pk}/en" in links(text)
        header = message["List-Unsubscribe"].strip("<>")
        assert header in links(part(message, "html"))
        assert message["List-Id"] == '"Partners" <partners.make-it-safe.example>'


def test_nothing_in_a_mail_is_fetched_from_anybody_but_us_and_nothing_counts_the_reader(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 1)
    prepared(partners)

    work()

    html = part(mailbox.messages()["reader0@example.org"], "html")
    hosts = {link.split("/")[2] for link in links(html)}
    assert hosts == {
        "127.0.0.1:8001",
        "127.0.0.1:8002",
        "127.0.0.1:8080",
        "example.org",
    }  # pictures, pages, tools, text
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert "@import" not in html
    assert html.count("<img") == 2
    assert ".avif" not in html
    assert ".webp" not in html


def test_a_refused_reader_is_counted_and_one_who_does_not_exist_is_never_mailed_again(mailbox: Mailbox) -> None:
    partners = mailing_list()
    gone, blocked, _ = readers_of(partners, 3)
    answers = {gone.address: "550 5.1.1 unknown", blocked.address: "550 5.7.1 blocked"}
    mailbox.to_recipient = answers.get
    campaign = prepared(partners)

    work()

    notes = dict(campaign.deliveries.values_list("subscriber__address", "note"))
    assert notes == {gone.address: "550 5.1.1", blocked.address: "550 5.7.1", "reader2@example.org": ""}
    assert list(Suppression.objects.values_list("address_hash", "reason")) == [(gone.address_hash, "bounced")]
    assert counts_of(fresh(campaign)).rejected == 2
    assert fresh(campaign).state == Campaign.State.FINISHED


def test_a_reader_the_relay_wants_later_stays_pending_and_gets_it_later(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 2)
    mailbox.to_recipient = {"reader0@example.org": "450 4.2.0 greylisted"}.get
    campaign = prepared(partners)

    work()
    between, pending = fresh(campaign), counts_of(campaign).pending
    mailbox.to_recipient = lambda address: None
    due_again(campaign)
    work()

    waiting = campaign.deliveries.get(subscriber__address="reader0@example.org")
    assert (between.state, pending) == (Campaign.State.SENDING, 1)
    assert waiting.attempts == 1
    assert mailbox.addresses == ["reader0@example.org", "reader1@example.org"]
    assert fresh(campaign).state == Campaign.State.FINISHED


def test_a_reader_the_relay_never_takes_is_given_up_in_the_end(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 1)
    mailbox.to_recipient = lambda address: "450 4.2.2 full"
    campaign = prepared(partners)

    for _ in range(len(ledger.PAUSES) + 1):
        due_again(campaign)
        work()

    assert list(campaign.deliveries.values_list("state", "note")) == [(State.REJECTED, "450 4.2.2")]
    assert fresh(campaign).state == Campaign.State.FINISHED


def test_while_the_relay_is_down_the_campaign_waits_says_so_and_goes_on_by_itself(
    mailbox: Mailbox, settings: Settings
) -> None:
    partners = mailing_list()
    readers_of(partners, 3)
    campaign = prepared(partners)
    up, settings.SMTP_URL = settings.SMTP_URL, f"smtp://127.0.0.1:{free_port()}"

    work()
    waiting, pending = fresh(campaign), counts_of(campaign).pending
    settings.SMTP_URL = up
    due_again(campaign)
    work()

    assert waiting.state == Campaign.State.SENDING
    assert waiting.message == "The mail relay does not answer (ConnectionRefusedError). We keep trying."
    assert pending == 3
    assert fresh(campaign).state == Campaign.State.FINISHED
    assert fresh(campaign).message == ""
    assert len(mailbox.accepted) == 3


def test_a_relay_that_refuses_our_sender_harms_nobody(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 3)
    mailbox.to_sender = lambda address: "550 5.7.1 not you"
    campaign = prepared(partners)

    work()

    assert counts_of(fresh(campaign)).pending == 3
    assert fresh(campaign).message == "The mail relay does not take our mail now (550 5.7.1). We keep trying."


def test_a_relay_that_rejects_everybody_pauses_the_campaign(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 60)
    mailbox.to_recipient = lambda address: "554 5.7.1 access denied"
    campaign = prepared(partners)

    work()

    paused = fresh(campaign)
    assert paused.state == Campaign.State.PAUSED
    assert "rejected 25 mails in a row (554 5.7.1)" in paused.message
    assert counts_of(paused).rejected < 35
    assert is_balanced(counts_of(paused))
    assert not Suppression.objects.exists()


def test_a_line_cut_after_a_body_leaves_it_in_doubt_and_it_goes_out_again_only_when_asked(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 3)
    mailbox.to_body = {"reader1@example.org": "drop"}.get
    campaign = prepared(partners)

    work()
    held = counts_of(fresh(campaign))
    due_again(campaign)
    work()
    still_held = mailbox.addresses
    mailbox.to_body = lambda address: None
    actions.resend_in_doubt(campaign.pk, at=timezone.now())
    work()

    assert (held.accepted, held.in_doubt, held.pending) == (2, 1, 0)
    assert still_held == ["reader0@example.org", "reader2@example.org"]
    assert mailbox.addresses == ["reader0@example.org", "reader1@example.org", "reader2@example.org"]
    assert mailbox.bodies["reader1@example.org"] == 2
    assert counts_of(fresh(campaign)).accepted == 3


def test_who_leaves_after_the_freeze_is_not_mailed(mailbox: Mailbox) -> None:
    partners = mailing_list()
    left, erased, bounced, _ = readers_of(partners, 4)
    campaign = prepared(partners)

    Subscription.objects.filter(subscriber=left).update(state="unsubscribed", unsubscribed_at=timezone.now())
    Suppression.objects.create(address_hash=bounced.address_hash, reason="bounced", created_at=timezone.now())
    erased.delete()
    work()

    assert mailbox.addresses == ["reader3@example.org"]
    assert sorted(campaign.deliveries.filter(state=State.SUPPRESSED).values_list("note", flat=True)) == [
        "erased",
        "suppressed",
        "unsubscribed",
    ]
    assert is_balanced(counts_of(fresh(campaign)))


def test_who_left_one_of_two_lists_is_still_mailed_through_the_other(mailbox: Mailbox) -> None:
    partners, parents = mailing_list(), mailing_list("parents")
    reader = reader_of(partners, "a@example.org")
    on_parents = subscription(reader, parents)
    campaign = prepared(partners, parents)

    Subscription.objects.filter(pk=on_parents.pk).update(state="unsubscribed", unsubscribed_at=timezone.now())
    work()

    assert mailbox.addresses == ["a@example.org"]
    assert states_of(campaign) == {"a@example.org": State.ACCEPTED}


def test_a_cancelled_campaign_mails_nobody_who_has_not_been(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 3)
    campaign = prepared(partners)

    actions.cancel(campaign.pk, at=timezone.now())
    work()

    assert mailbox.bodies == {}
    assert counts_of(fresh(campaign)).suppressed == 3
    assert fresh(campaign).state == Campaign.State.CANCELLED


def test_a_paused_campaign_waits_until_it_is_resumed(mailbox: Mailbox) -> None:
    partners = mailing_list()
    readers_of(partners, 3)
    campaign = prepared(partners)

    actions.pause(campaign.pk, at=timezone.now())
    work()
    paused = counts_of(fresh(campaign))
    actions.resume(campaign.pk, at=timezone.now())
    work()

    assert paused.pending == 3
    assert len(mailbox.accepted) == 3
    assert fresh(campaign).state == Campaign.State.FINISHED


def test_a_full_disk_stops_the_sending_and_says_so(mailbox: Mailbox, settings: Settings, tmp_path: Path) -> None:
    partners = mailing_list()
    readers_of(partners, 1)
    campaign = prepared(partners)
    (tmp_path / "file").touch()
    settings.JOURNAL_DIR = tmp_path / "file" / "journal"

    work()

    assert mailbox.bodies == {}
    assert fresh(campaign).message.startswith("The journal can't be made")
    assert counts_of(fresh(campaign)).pending == 1


def test_a_lockstep_relay_without_8bit_gets_the_same_mails(mailbox: Mailbox) -> None:
    mailbox.is_pipelining = False
    partners = mailing_list()
    for number, language in enumerate(("en", "ar", "fr")):
        reader_of(partners, f"r{number}@example.org", language=language)
    prepared(partners, locales=("en", "fr", "ar"))

    work()

    messages = mailbox.messages()
    assert messages["r1@example.org"]["Subject"] == WORDS["ar"]["title"]
    assert messages["r1@example.org"]["Content-Language"] == "ar"
    assert 'dir="rtl"' in part(messages["r1@example.org"], "html")
    assert len(messages) == 3


def test_no_address_reaches_the_logs(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    partners = mailing_list()
    readers_of(partners, 4)
    mailbox.to_recipient = {"reader0@example.org": "550 5.1.1 <reader0@example.org> unknown"}.get
    mailbox.to_body = {"reader1@example.org": "drop", "reader2@example.org": "451 <reader2@example.org> busy"}.get
    prepared(partners)

    with caplog.at_level("DEBUG"):
        work()

    ours = [record for record in caplog.records if not record.name.startswith("mail.")]  # the relay logs for itself
    logged = " ".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "campaign_slice" in logged
    assert "reader" not in logged
    assert "example.org" not in logged


def test_the_cms_hears_of_the_end_with_balanced_counts(mailbox: Mailbox) -> None:
    from foundation.events.models import OutboxEvent

    partners = mailing_list()
    readers_of(partners, 3)
    campaign = prepared(partners)

    work()

    told = [event.data["status"] for event in OutboxEvent.objects.order_by("recorded_at")]
    versions = sorted(status["version"] for status in told)
    last = max(told, key=lambda status: status["version"])
    assert versions == sorted(set(versions))
    assert last["state"] == "finished"
    assert last["counts"]["accepted"] == 3
    assert last["campaign_id"] == str(campaign.pk)
