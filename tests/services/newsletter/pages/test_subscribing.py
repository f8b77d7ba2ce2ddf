"""Does somebody who wants mail get it, and nobody else, and does nobody learn who is on a list?"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from services.newsletter.lists.actions import purge_unconfirmed, suppress
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression
from services.newsletter.pages import forms
from tests.services.newsletter.people import LONG_AGO, State, mailing_list, reader_of, subscriber, subscription
from tests.services.newsletter.relays import Mailbox, links, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners() -> MailingList:
    return mailing_list()


@pytest.fixture(autouse=True)
def _nobody_is_too_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "FASTEST_S", -1)


def ask(client: Client, *lists: MailingList, address: str = "Me@Example.org", **changes: Any) -> Any:
    form = {"address": address, "language": "fr", "lists": [one.pk for one in lists], "opened": forms.now_signed()}
    return client.post("/subscribe/", form | changes)


def write_mails() -> None:
    run_until_idle(["events"])


def path_in(mailbox: Mailbox, purpose: str, *, number: int = -1) -> str:
    """Return the path of the link in the last mail."""
    text = mailbox.messages()[mailbox.accepted[number][0]]
    found = [link for link in links(part(text, "plain")) if f"/{purpose}/" in link]
    return "/" + found[0].split("/", 3)[3]


def states() -> dict[str, str]:
    return dict(Subscription.objects.values_list("subscriber__address", "state"))


def test_a_reader_asks_confirms_and_is_on_the_list(client: Client, partners: MailingList, mailbox: Mailbox) -> None:
    asked = ask(client, partners)
    write_mails()
    waiting = states()
    path = path_in(mailbox, "confirm")
    shown = client.get(path)
    after_get = states()
    done = client.post(path)

    assert (asked.status_code, asked["Location"]) == (303, "/subscribe/sent/?lang=en")
    assert waiting == after_get == {"me@example.org": "pending"}
    assert "Oui, inscrivez-moi" in shown.text
    assert done.status_code == 200
    assert "Bienvenue" in done.text
    confirmed = Subscription.objects.get()
    assert (confirmed.state, confirmed.consent_origin) == ("confirmed", "page")
    assert confirmed.consent_text == "I want to get these newsletters by mail. I can leave at any time with one click."
    assert confirmed.confirmed_at is not None
    assert confirmed.subscriber.language == "fr"


def test_the_mail_speaks_the_readers_language_and_is_valid(
    client: Client, partners: MailingList, mailbox: Mailbox
) -> None:
    ask(client, partners, language="ar")
    write_mails()

    message = mailbox.messages()["me@example.org"]
    assert message["Subject"] == "يرجى تأكيد اشتراكك"
    assert message["Content-Language"] == "ar"
    assert message["Auto-Submitted"] == "auto-generated"
    assert 'dir="rtl"' in part(message, "html")
    assert "Partners" in part(message, "plain")
    assert not message.defects


def test_nobody_learns_whether_an_address_is_known(client: Client, partners: MailingList, mailbox: Mailbox) -> None:
    reader_of(partners, "known@example.org")
    suppress(address_hash("gone@example.org"), reason=Suppression.Reason.ERASED, at=LONG_AGO)

    answers = [ask(client, partners, address=f"{who}@example.org") for who in ("known", "new", "gone", "new", "known")]

    assert len({(one.status_code, one["Location"], one.content) for one in answers}) == 1


def test_who_is_on_the_list_already_gets_a_link_to_the_settings(
    client: Client, partners: MailingList, mailbox: Mailbox
) -> None:
    reader = reader_of(partners, "known@example.org", language="de")

    ask(client, partners, address="known@example.org", language="fr")
    write_mails()

    reader.refresh_from_db()
    assert mailbox.messages()["known@example.org"]["Subject"] == "Ihre Newsletter-Einstellungen"
    assert client.get(path_in(mailbox, "preferences")).status_code == 200
    assert reader.language == "de"
    assert states() == {"known@example.org": "confirmed"}


def test_a_suppressed_address_gets_no_mail_and_leaves_no_trace(
    client: Client, partners: MailingList, mailbox: Mailbox
) -> None:
    suppress(address_hash("gone@example.org"), reason=Suppression.Reason.ERASED, at=LONG_AGO)

    ask(client, partners, address="gone@example.org")
    write_mails()

    assert mailbox.accepted == []
    assert not Subscriber.objects.exists()


def test_asking_again_and_again_sends_one_mail_until_a_growing_pause_is_over(
    client: Client, partners: MailingList, mailbox: Mailbox
) -> None:
    for _ in range(5):
        ask(client, partners)
    write_mails()
    once = len(mailbox.accepted)
    Subscriber.objects.update(mail_allowed_at=timezone.now() - timedelta(seconds=1))
    ask(client, partners)
    write_mails()

    pause = Subscriber.objects.get().mail_allowed_at - timezone.now()  # type: ignore[operator]
    assert (once, len(mailbox.accepted)) == (1, 2)
    assert timedelta(minutes=19) < pause < timedelta(minutes=21)


def test_an_old_link_confirms_nothing_for_who_has_left_since(
    client: Client, partners: MailingList, mailbox: Mailbox
) -> None:
    ask(client, partners)
    write_mails()
    path = path_in(mailbox, "confirm")
    client.post(path)
    Subscription.objects.update(state="unsubscribed", unsubscribed_at=timezone.now())

    answer = client.post(path)

    assert answer.status_code == 200
    assert states() == {"me@example.org": "unsubscribed"}


def test_who_left_can_come_back_by_confirming_anew(client: Client, partners: MailingList, mailbox: Mailbox) -> None:
    subscription(subscriber("me@example.org"), partners, state=State.UNSUBSCRIBED)

    ask(client, partners)
    write_mails()
    client.post(path_in(mailbox, "confirm"))

    assert states() == {"me@example.org": "confirmed"}


def test_a_bot_that_fills_in_everything_is_thanked_and_ignored(client: Client, partners: MailingList) -> None:
    answer = ask(client, partners, website="https://spam.example")

    assert answer["Location"] == "/subscribe/sent/?lang=en"
    assert not Subscriber.objects.exists()
    assert not Job.objects.exists()


def test_a_form_sent_faster_than_anybody_types_is_asked_for_again(
    client: Client, partners: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FASTEST_S", 2)

    for opened in (forms.now_signed(), "", "made up", forms.now_signed()[:-3]):
        answer = ask(client, partners, opened=opened)

        assert answer.status_code == 422
        assert "Please send the form once more" in answer.text
        assert 'value="Me@Example.org"' in answer.text
    assert not Subscriber.objects.exists()


def test_each_wrong_field_says_what_to_do(client: Client, partners: MailingList) -> None:
    answer = client.post("/subscribe/?lang=fr", {"address": "nobody", "language": "xx", "opened": forms.now_signed()})

    assert answer.status_code == 422
    assert "Écrivez-la comme nom@example.org." in answer.text
    assert "Choisissez au moins une infolettre." in answer.text
    assert not Subscriber.objects.exists()


def test_a_hidden_list_is_neither_offered_nor_taken(client: Client, partners: MailingList) -> None:
    hidden = mailing_list("staff", name="Staff only", is_public=False)

    shown, asked = client.get("/subscribe/"), ask(client, hidden)

    assert "Staff only" not in shown.text
    assert asked.status_code == 422
    assert not Subscription.objects.exists()


def test_without_any_list_the_page_says_so(client: Client) -> None:
    assert "There is no newsletter to subscribe to yet." in client.get("/subscribe/").text


def test_while_the_relay_is_down_the_mail_waits_and_its_failure_names_nobody(
    client: Client, partners: MailingList, caplog: pytest.LogCaptureFixture
) -> None:
    ask(client, partners)

    with caplog.at_level("DEBUG"):
        write_mails()

    job = Job.objects.get()
    assert job.state == "queued"
    assert job.error == "The mail relay does not answer (ConnectionRefusedError)."
    logged = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "example.org" not in logged + str(job.payload) + job.error


@pytest.mark.parametrize(
    ("answer", "state"), [("550 5.1.1 no such <me@example.org>", "failed"), ("450 later", "queued")]
)
def test_a_refused_mail_is_given_up_or_tried_again_and_names_nobody(
    client: Client, partners: MailingList, mailbox: Mailbox, answer: str, state: str
) -> None:
    mailbox.to_recipient = lambda address: answer

    ask(client, partners)
    write_mails()

    job = Job.objects.get()
    assert job.state == state
    assert job.error == f"The mail relay refused the recipient ({answer[:3]})."


def test_who_never_confirms_is_forgotten_after_a_month(client: Client, partners: MailingList) -> None:
    ask(client, partners)
    reader_of(partners, "stays@example.org")
    came_back = subscriber("left@example.org")
    Subscription.objects.create(
        list=partners,
        subscriber=came_back,
        state="pending",
        asked_at=LONG_AGO,
        unsubscribed_at=LONG_AGO,
        consent_origin="page",
        consent_text="",
    )

    purge_unconfirmed(at=timezone.now() + timedelta(days=29))
    early = states()
    purge_unconfirmed(at=timezone.now() + timedelta(days=31))

    assert early["me@example.org"] == "pending"
    assert states() == {"stays@example.org": "confirmed", "left@example.org": "unsubscribed"}
    assert not Subscriber.objects.filter(address="me@example.org").exists()


def test_the_form_itself_says_no_more_than_it_must(client: Client, partners: MailingList) -> None:
    answer = client.get("/subscribe/")

    assert not answer.cookies
    assert not re.search(r"https?://", answer.text)
    assert "<script" not in answer.text
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")
