"""Is a campaign prepared from exactly what was asked for, and patient while the delivery API is away?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from foundation.contracts.newsletter import CampaignRequest
from foundation.contracts.release import IssueItem
from foundation.jobs.models import Job
from services.newsletter.campaigns import actions
from services.newsletter.campaigns.models import Campaign
from tests.servers.ports import free_port
from tests.services.newsletter.campaigns.campaigns import request_for, work
from tests.services.newsletter.content import COMIC_ID, FILM_ID, ISSUE_ID, WORDS, issue_payload
from tests.services.newsletter.delivery import DeliveryApi
from tests.services.newsletter.people import mailing_list, readers_of
from tests.services.newsletter.relays import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _partners() -> None:
    readers_of(mailing_list(), 2, languages=["en", "fr"])


def start(request: CampaignRequest) -> Campaign:
    return actions.start_campaign(request, key="key", at=timezone.now())[0]


def prepare(campaign: Campaign) -> Campaign:
    """Run what is due, now or soon, but send nothing."""
    Job.objects.filter(state="queued").update(run_at=timezone.now() - timedelta(seconds=1))
    work()
    return Campaign.objects.get(pk=campaign.pk)


def test_each_language_is_drawn_once_and_holds_its_release(api: DeliveryApi, mailbox: Mailbox) -> None:
    campaign = prepare(start(request_for(api)))

    variants = {one.locale: one for one in campaign.variants.all()}
    assert set(variants) == {"en", "fr"}
    assert variants["fr"].subject == WORDS["fr"]["title"]
    assert "Voir l’outil" in variants["fr"].html
    assert "See the tool" in variants["en"].text
    assert api.asked.count(f"/v1/tools/{ISSUE_ID}/releases/fr/1") == 1


def test_a_payload_with_another_hash_fails_the_campaign(api: DeliveryApi) -> None:
    request = request_for(api)
    api.bodies[f"/v1/tools/{ISSUE_ID}/releases/fr/1"] += b" "

    campaign = prepare(start(request))

    assert campaign.state == Campaign.State.FAILED
    assert campaign.message == "Release fr/1 is not the one that was asked for: its hash differs."
    assert not campaign.deliveries.exists()


def test_a_recalled_issue_fails_the_campaign(api: DeliveryApi) -> None:
    request = request_for(api)
    api.statuses[f"/v1/tools/{ISSUE_ID}/releases/en/1"] = 410

    campaign = prepare(start(request))

    assert (campaign.state, campaign.message) == ("failed", "Release en/1 of the issue has been recalled.")


def test_what_is_no_issue_fails_the_campaign(api: DeliveryApi) -> None:
    reference = api.store(issue_payload("en").model_copy(update={"issue": None, "kind": "comic"}))
    request = CampaignRequest(issue_id=ISSUE_ID, releases=(reference,), fallback_locale="en", lists=("partners",))

    campaign = prepare(start(request))

    assert campaign.message == "Release en/1 is not a newsletter issue in this language."


@pytest.mark.parametrize("trouble", ["down", "500", "404"])
def test_a_delivery_api_that_is_away_is_waited_for(
    api: DeliveryApi, settings: Settings, trouble: str, mailbox: Mailbox
) -> None:
    request = request_for(api)
    path = f"/v1/tools/{ISSUE_ID}/releases/en/1"
    if trouble == "down":
        settings.DELIVERY_URL = f"http://127.0.0.1:{free_port()}"
    else:
        api.statuses[path] = int(trouble)

    waiting = prepare(start(request))
    settings.DELIVERY_URL = api.url
    api.statuses.pop(path, None)
    done = prepare(waiting)

    assert waiting.state == Campaign.State.PREPARING
    assert waiting.message.endswith("We keep trying.")
    assert done.state == Campaign.State.FINISHED
    assert done.message == ""


def test_an_item_whose_tool_is_recalled_is_left_out(api: DeliveryApi, mailbox: Mailbox) -> None:
    request = request_for(api)
    api.has_tool(COMIC_ID, status=410)

    campaign = prepare(start(request))

    english = campaign.variants.get(locale="en")
    assert english.withdrawn_items == [0]
    assert WORDS["en"]["comic"] not in english.text
    assert "comic-" not in english.html
    assert WORDS["en"]["film"] in english.text


def test_an_item_whose_tool_nobody_can_open_has_no_link(api: DeliveryApi, mailbox: Mailbox) -> None:
    request = request_for(api)
    api.statuses[f"/v1/tools/{FILM_ID}"] = 404

    campaign = prepare(start(request))

    english = campaign.variants.get(locale="en")
    assert english.unlinked_items == [1]
    assert WORDS["en"]["film"] in english.text
    assert f"/tools/{FILM_ID}" not in english.html
    assert f"/tools/{COMIC_ID}?lang=en" in english.html


def test_a_tool_is_asked_for_with_the_languages_of_the_campaign(api: DeliveryApi, mailbox: Mailbox) -> None:
    prepare(start(request_for(api)))

    assert f"/v1/tools/{COMIC_ID}?locale=fr&fallback=en" in api.asked


def test_an_issue_without_items_is_sent_too(api: DeliveryApi, mailbox: Mailbox) -> None:
    items: tuple[IssueItem, ...] = ()
    reference = api.store(issue_payload("en", items=items))
    request = CampaignRequest(issue_id=ISSUE_ID, releases=(reference,), fallback_locale="en", lists=("partners",))

    assert prepare(start(request)).state == Campaign.State.FINISHED


def test_a_campaign_cancelled_while_it_waits_is_never_prepared(api: DeliveryApi) -> None:
    request = request_for(api)
    api.statuses[f"/v1/tools/{ISSUE_ID}/releases/en/1"] = 500
    campaign = prepare(start(request))

    actions.cancel(campaign.pk, at=timezone.now())
    api.statuses.clear()
    done = prepare(campaign)

    assert done.state == Campaign.State.CANCELLED
    assert not done.deliveries.exists()
    assert not done.variants.exists()
