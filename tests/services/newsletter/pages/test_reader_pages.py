"""Can a reader choose, leave and be forgotten with a link alone, and does looking change nothing?"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from foundation.jobs.worker import run_until_idle
from services.newsletter.campaigns.models import Delivery
from services.newsletter.lists import tokens
from services.newsletter.lists.addresses import address_hash
from services.newsletter.lists.models import MailingList, Subscriber, Subscription, Suppression
from services.newsletter.lists.tokens import LIFETIMES, Purpose
from tests.services.newsletter.campaigns.campaigns import prepared
from tests.services.newsletter.people import State, mailing_list, reader_of, subscription
from tests.services.newsletter.relays import Mailbox

pytestmark = pytest.mark.django_db

ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def partners() -> MailingList:
    return mailing_list()


@pytest.fixture
def parents() -> MailingList:
    return mailing_list("parents", name="Parents")


@pytest.fixture
def reader(partners: MailingList, parents: MailingList) -> Subscriber:
    """Somebody on both lists."""
    reader = reader_of(partners, "me@example.org", language="fr")
    subscription(reader, parents)
    return reader


def link(purpose: Purpose, *numbers: int) -> str:
    return f"/{purpose}/{tokens.mint(purpose, *numbers)}"


def states() -> dict[str, str]:
    return dict(Subscription.objects.values_list("list__slug", "state"))


BOTH = {"partners": "confirmed", "parents": "confirmed"}


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart"])
def test_one_click_leaves_the_list_at_once_without_cookie_or_redirect(
    reader: Subscriber, partners: MailingList, content_type: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    path = link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk)

    if content_type == "multipart":
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    else:
        answer = client.post(path, ONE_CLICK, content_type=content_type)

    assert answer.status_code == 200
    assert not answer.cookies
    assert states() == {"partners": "unsubscribed", "parents": "confirmed"}
    assert Subscription.objects.get(list=partners).unsubscribed_at is not None


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_nothing_but_a_post_ever_changes_anything(
    client: Client, reader: Subscriber, partners: MailingList, method: str
) -> None:
    paths = [
        link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk),
        link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk) + f"?{ONE_CLICK}&action=all",
        link(Purpose.PREFERENCES, reader.pk) + "?action=erase&sure=yes",
        link(Purpose.CONFIRM, reader.pk, partners.pk),
    ]

    for path in paths:
        answer = getattr(client, method)(path)

        assert answer.status_code == (200 if method in {"get", "head"} else 405)
    assert states() == BOTH


def test_the_page_asks_before_and_says_after_in_the_readers_language(
    client: Client, reader: Subscriber, partners: MailingList
) -> None:
    path = link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk)

    before, after = client.get(path), client.post(path)

    assert "Voulez-vous vous désinscrire ?" in before.text
    assert "Vous êtes désinscrit·e" in after.text
    assert "Parents" in after.text
    assert "/preferences/" not in after.text


def test_unsubscribing_twice_is_fine(client: Client, reader: Subscriber, partners: MailingList) -> None:
    path = link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk)

    answers = [client.post(path), client.post(path)]

    assert [one.status_code for one in answers] == [200, 200]
    assert states()["partners"] == "unsubscribed"


def test_the_rest_can_be_left_from_the_same_page(client: Client, reader: Subscriber, partners: MailingList) -> None:
    client.post(link(Purpose.UNSUBSCRIBE, reader.pk, partners.pk), {"action": "all"})

    assert set(states().values()) == {"unsubscribed"}


def test_a_token_for_one_thing_opens_nothing_else(client: Client, reader: Subscriber, partners: MailingList) -> None:
    token = tokens.mint(Purpose.UNSUBSCRIBE, reader.pk, partners.pk)

    for page in ("preferences", "confirm"):
        answer = client.post(f"/{page}/{token}", {"action": "erase", "sure": "yes"})

        assert answer.status_code == 404
    assert states() == BOTH


def test_language_and_lists_are_chosen_and_consent_is_recorded(
    client: Client, reader: Subscriber, partners: MailingList, parents: MailingList
) -> None:
    new = mailing_list("coaches", name="Coaches")
    path = link(Purpose.PREFERENCES, reader.pk)

    answer = client.post(path, {"action": "save", "language": "ar", "lists": [parents.pk, new.pk]})

    reader.refresh_from_db()
    chosen = Subscription.objects.get(list=new)
    assert answer.status_code == 200
    assert "تم الحفظ." in answer.text
    assert 'dir="rtl"' in answer.text
    assert reader.language == "ar"
    assert states() == {"partners": "unsubscribed", "parents": "confirmed", "coaches": "confirmed"}
    assert chosen.consent_origin == "preferences"
    assert chosen.consent_text.startswith("Je veux recevoir ces infolettres")
    assert Subscription.objects.get(list=parents).consent_origin == "page"


def test_a_list_one_may_not_choose_is_refused_and_nothing_changes(client: Client, reader: Subscriber) -> None:
    hidden = mailing_list("staff", is_public=False)

    client.post(link(Purpose.PREFERENCES, reader.pk), {"action": "save", "language": "de", "lists": [hidden.pk]})

    reader.refresh_from_db()
    assert states() == BOTH
    assert reader.language == "fr"


def test_a_language_we_do_not_speak_is_kept_as_it_is(client: Client, reader: Subscriber) -> None:
    Subscriber.objects.update(language="pl")

    page = client.get(link(Purpose.PREFERENCES, reader.pk), headers={"Accept-Language": "nl"})
    client.post(link(Purpose.PREFERENCES, reader.pk), {"action": "save", "language": "pl", "lists": []})

    reader.refresh_from_db()
    assert '<html lang="nl"' in page.text
    assert reader.language == "pl"


def test_everything_can_be_left_at_once(client: Client, reader: Subscriber) -> None:
    answer = client.post(link(Purpose.PREFERENCES, reader.pk), {"action": "leave"})

    assert "Vous êtes désinscrit·e de tout." in answer.text
    assert set(states().values()) == {"unsubscribed"}


def test_who_asks_to_be_forgotten_is_but_for_the_hash(
    client: Client, reader: Subscriber, partners: MailingList
) -> None:
    campaign = prepared(partners)
    path = link(Purpose.PREFERENCES, reader.pk)

    answer = client.post(path, {"action": "erase", "sure": "yes"})

    assert answer.status_code == 200
    assert not Subscriber.objects.exists()
    assert not Subscription.objects.exists()
    assert list(Suppression.objects.values_list("address_hash", "reason")) == [
        (address_hash("me@example.org"), "erased")
    ]
    assert Delivery.objects.get(campaign=campaign).subscriber is None
    assert client.get(path).status_code == 404


def test_being_forgotten_needs_the_box_ticked(client: Client, reader: Subscriber) -> None:
    answer = client.post(link(Purpose.PREFERENCES, reader.pk), {"action": "erase"})

    assert "Veuillez cocher la case" in answer.text
    assert states() == BOTH


@pytest.mark.parametrize("purpose", list(Purpose))
def test_an_expired_link_offers_a_new_mail_and_sends_one(
    client: Client, reader: Subscriber, mailbox: Mailbox, purpose: Purpose, monkeypatch: Any
) -> None:
    partners = MailingList.objects.get(slug="partners")
    if purpose is Purpose.CONFIRM:
        Subscription.objects.filter(list=partners).update(state=State.PENDING)
    before = states()
    path = link(purpose, reader.pk, partners.pk)
    monkeypatch.setitem(LIFETIMES, purpose, timedelta(seconds=-1))

    shown, sent, again = client.get(path), client.post(path), client.post(path)
    run_until_idle(["events"])

    assert (shown.status_code, sent.status_code, again.status_code) == (410, 200, 200)
    assert "Ce lien est trop ancien" in shown.text
    assert sent.content == again.content
    assert [address for address, _ in mailbox.accepted] == ["me@example.org"]
    is_confirming = purpose is Purpose.CONFIRM
    subject = "Veuillez confirmer votre inscription" if is_confirming else "Vos réglages d’infolettre"
    assert mailbox.messages()["me@example.org"]["Subject"] == subject
    assert states() == before


@pytest.mark.parametrize("token", ["x", "1:2:3", "a" * 300, "%00", "../../etc"])
def test_a_broken_link_is_explained(client: Client, token: str) -> None:
    for page in Purpose:
        for answer in (client.get(f"/{page}/{token}"), client.post(f"/{page}/{token}")):
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "own", "browser", "language"),
    [
        ("?lang=de", "fr", "nl", "de"),
        ("", "fr", "nl", "fr"),
        ("", "nl-BE", "fr", "nl"),
        ("", "pl", "ar,fr;q=0.5", "ar"),
        ("?lang=xx", "fr", "nl", "fr"),
        ("", "pl", "pl", "en"),
        ("?lang=ar", "fr", "", "ar"),
    ],
)
def test_a_page_speaks_what_was_asked_for_else_the_readers_language_else_the_browsers(
    reader: Subscriber, query: str, own: str, browser: str, language: str
) -> None:
    Subscriber.objects.update(language=own)
    client, path = Client(), link(Purpose.PREFERENCES, reader.pk)

    answer = client.get(path + query, headers={"Accept-Language": browser})

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in answer.text
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]


def test_pages_of_readers_are_stored_nowhere_and_found_by_nobody(client: Client, reader: Subscriber) -> None:
    answer = client.get(link(Purpose.PREFERENCES, reader.pk))

    assert answer["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert not answer.cookies


def test_no_token_and_no_address_reaches_the_log(
    client: Client, reader: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.mint(Purpose.PREFERENCES, reader.pk)

    with caplog.at_level("DEBUG"):
        client.get(f"/preferences/{token}")
        client.get(f"/preferences/{token}broken")
        client.post(f"/preferences/{token}", {"action": "erase", "sure": "yes"})

    formatted = caplog.text
    ours = [record for record in caplog.records if record.name.startswith(("foundation", "services"))]
    assert [record.getMessage() for record in ours] == ["request"] * 3
    assert all(token not in str(vars(record)) for record in ours)
    assert "me@example.org" not in formatted


def test_the_address_without_a_path_leads_to_the_subscription_page(client: Client) -> None:
    assert client.get("/")["Location"] == "/subscribe/"
