"""Does what the CMS recalls disappear from mails to come and from the archive?"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from foundation.contracts.publishing import RecalledRelease, ReleaseRecalled
from foundation.events.sending import signed_headers
from services.newsletter.campaigns.models import Campaign, RecalledTool
from services.newsletter.campaigns.preparing import get_ready
from services.newsletter.campaigns.queries import counts_of
from services.newsletter.campaigns.releases import IssueEdition
from tests.services.newsletter.campaigns.campaigns import asked, prepared, work
from tests.services.newsletter.content import COMIC_ID, ISSUE_ID, WORDS, issue_payload
from tests.services.newsletter.people import mailing_list, readers_of
from tests.services.newsletter.relays import Mailbox, part
from tests.services.newsletter.settings import webhook_secret

pytestmark = pytest.mark.django_db


def recall(tool_id: UUID, *, scope: str = "tool", locales: tuple[str, ...] = ("en", "fr")) -> ReleaseRecalled:
    return ReleaseRecalled(
        cursor=9,
        recall_id=uuid4(),
        tool_id=tool_id,
        kind="issue" if tool_id == ISSUE_ID else "comic",
        scope=scope,
        releases=tuple(RecalledRelease(locale=locale, number=1) for locale in locales),
        recalled_at=datetime.now(UTC),
    )


def tell(client: Client, secret: str, event: ReleaseRecalled) -> Any:
    """Send the event as the CMS does, signed."""
    body = json.dumps(
        {"type": "release.recalled", "timestamp": datetime.now(UTC).isoformat(), "data": event.model_dump(mode="json")}
    )
    signed = signed_headers(f"msg_{event.recall_id.hex}", body, secret, at=datetime.now(UTC))
    return client.post("/hooks/cms", body, content_type="application/json", headers=signed)


@pytest.fixture
def campaign() -> Campaign:
    partners = mailing_list()
    readers_of(partners, 4, languages=["en", "fr"])
    return prepared(partners)


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def test_a_recalled_issue_is_not_sent_any_more(
    client: Client, settings: Settings, campaign: Campaign, mailbox: Mailbox
) -> None:
    answer = tell(client, settings.CMS_WEBHOOK_SECRET, recall(ISSUE_ID))
    work()

    assert answer.status_code == 200
    assert fresh(campaign).state == Campaign.State.CANCELLED
    assert fresh(campaign).message == "The issue was recalled."
    assert set(campaign.deliveries.values_list("state", "note")) == {("suppressed", "recalled")}
    assert mailbox.bodies == {}


def test_a_recalled_language_of_an_issue_is_not_sent_and_the_others_are(
    client: Client, settings: Settings, campaign: Campaign, mailbox: Mailbox
) -> None:
    tell(client, settings.CMS_WEBHOOK_SECRET, recall(ISSUE_ID, scope="edition", locales=("fr",)))
    work()

    assert mailbox.addresses == ["reader0@example.org", "reader2@example.org"]
    assert counts_of(campaign).suppressed == 2
    assert fresh(campaign).state == Campaign.State.FINISHED


def test_a_recalled_tool_leaves_the_mails_to_come(
    client: Client, settings: Settings, campaign: Campaign, mailbox: Mailbox
) -> None:
    tell(client, settings.CMS_WEBHOOK_SECRET, recall(COMIC_ID))
    work()

    for address, message in mailbox.messages().items():
        words = WORDS["en" if address in {"reader0@example.org", "reader2@example.org"} else "fr"]
        assert words["comic"] not in part(message, "plain")
        assert words["film"] in part(message, "plain")
        assert "comic-1200" not in part(message, "html")
    assert len(mailbox.accepted) == 4
    assert set(campaign.variants.values_list("version", flat=True)) == {2}


def test_a_tool_recalled_in_one_language_stays_in_the_others(
    client: Client, settings: Settings, campaign: Campaign
) -> None:
    tell(client, settings.CMS_WEBHOOK_SECRET, recall(COMIC_ID, scope="edition", locales=("fr",)))

    variants = {one.locale: one.withdrawn_items for one in campaign.variants.all()}
    assert variants == {"en": [], "fr": [0]}


def test_the_archive_shows_an_issue_then_what_was_withdrawn_then_that_it_is_gone(
    client: Client, settings: Settings, campaign: Campaign
) -> None:
    path = f"/archive/{campaign.pk}/fr"

    before = client.get(path)
    tell(client, settings.CMS_WEBHOOK_SECRET, recall(COMIC_ID))
    between = client.get(path)
    tell(client, settings.CMS_WEBHOOK_SECRET, recall(ISSUE_ID))
    after = client.get(path)

    assert (before.status_code, between.status_code, after.status_code) == (200, 200, 410)
    assert WORDS["fr"]["comic"] in before.text
    assert WORDS["fr"]["comic"] not in between.text
    assert "Cet article a été retiré." in between.text
    assert "Ce numéro a été retiré" in after.text
    assert WORDS["fr"]["title"] not in after.text


def test_the_archive_has_no_readers_links_and_fetches_pictures_from_the_delivery_address_only(
    client: Client, settings: Settings, campaign: Campaign
) -> None:
    answer = client.get(f"/archive/{campaign.pk}/en")

    assert "unsubscribe" not in answer.text
    assert "/preferences/" not in answer.text
    assert f"img-src {settings.DELIVERY_PUBLIC_URL};" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Language"] == "en"
    assert not answer.cookies


def test_an_issue_nobody_sent_has_no_archive(client: Client) -> None:
    answer = client.get(f"/archive/{uuid4()}/en", headers={"Accept-Language": "nl"})

    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text


def test_a_recall_heard_twice_changes_nothing_the_second_time(
    client: Client, settings: Settings, campaign: Campaign
) -> None:
    event = recall(COMIC_ID)
    tell(client, settings.CMS_WEBHOOK_SECRET, event)
    version = fresh(campaign).version

    answer = tell(client, settings.CMS_WEBHOOK_SECRET, event)

    assert answer.json() == {"status": "duplicate"}
    assert fresh(campaign).version == version
    assert RecalledTool.objects.count() == 1


def test_a_recall_with_a_wrong_signature_changes_nothing(client: Client, campaign: Campaign) -> None:
    answer = tell(client, webhook_secret("somebody else says so"), recall(ISSUE_ID))

    assert answer.status_code == 401
    assert fresh(campaign).state == Campaign.State.SENDING
    assert not RecalledTool.objects.exists()


def test_a_recall_that_comes_between_reading_and_freezing_is_not_missed(
    client: Client, settings: Settings, mailbox: Mailbox
) -> None:
    partners = mailing_list()
    readers_of(partners, 1)
    payloads = [issue_payload("en")]
    campaign = asked(partners, payloads=payloads)
    read_before = [IssueEdition(payload, withdrawn=(), unlinked=()) for payload in payloads]

    tell(client, settings.CMS_WEBHOOK_SECRET, recall(COMIC_ID))
    get_ready(campaign, read_before, at=timezone.now())
    work()

    assert WORDS["en"]["comic"] not in part(mailbox.messages()["reader0@example.org"], "plain")


def test_an_issue_recalled_between_reading_and_freezing_is_not_sent(
    client: Client, settings: Settings, mailbox: Mailbox
) -> None:
    partners = mailing_list()
    readers_of(partners, 1)
    campaign = asked(partners, payloads=[issue_payload("en")])

    tell(client, settings.CMS_WEBHOOK_SECRET, recall(ISSUE_ID))
    get_ready(campaign, [IssueEdition(issue_payload("en"), (), ())], at=timezone.now())
    work()

    assert fresh(campaign).state == Campaign.State.CANCELLED
    assert mailbox.bodies == {}
