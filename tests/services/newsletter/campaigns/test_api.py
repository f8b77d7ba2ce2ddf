"""Does the CMS get what the contract says, and a sentence when it asks for what can't be?"""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from foundation.contracts.newsletter import CampaignRequest, CampaignStatus, MailingLists
from foundation.jobs.models import Job
from services.newsletter.campaigns.models import Campaign, Delivery
from tests.services.newsletter.campaigns.campaigns import prepared, request_for, work
from tests.services.newsletter.delivery import DeliveryApi
from tests.services.newsletter.people import State, mailing_list, reader_of, readers_of, subscriber, subscription
from tests.services.newsletter.relays import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def cms(settings: Settings) -> Client:
    """A client with the key of the CMS."""
    return Client(headers={"Authorization": f"Bearer {settings.NEWSLETTER_KEY}"})


def post(client: Client, request: CampaignRequest | dict[str, Any] | str, *, key: str = "issue-1") -> Any:
    if isinstance(request, CampaignRequest):
        request = request.model_dump(mode="json")
    body = request if isinstance(request, str) else json.dumps(request)
    return client.post("/v1/campaigns", body, content_type="application/json", headers={"Idempotency-Key": key})


def test_lists_show_confirmed_subscribers_by_language(cms: Client) -> None:
    partners = mailing_list()
    for number, language in enumerate(("fr", "fr", "nl-BE")):
        reader_of(partners, f"r{number}@example.org", language=language)
    subscription(subscriber("waiting@example.org"), partners, state=State.PENDING)
    mailing_list("empty", name="Empty", is_public=False)

    answer = MailingLists.model_validate_json(cms.get("/v1/lists").content)

    assert {one.slug: one.subscribers for one in answer.items} == {"partners": {"fr": 2, "nl-BE": 1}, "empty": {}}


def test_lists_cost_two_queries_however_many_there_are(cms: Client, django_assert_num_queries: Any) -> None:
    for number in range(10):
        reader_of(mailing_list(f"list-{number}"), f"r{number}@example.org")

    with django_assert_num_queries(2):
        cms.get("/v1/lists")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/v1/lists"),
        ("post", "/v1/campaigns"),
        ("get", f"/v1/campaigns/{uuid4()}"),
        ("post", f"/v1/campaigns/{uuid4()}/cancel"),
    ],
)
def test_nobody_gets_in_without_the_key(client: Client, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
        answer = getattr(client, method)(path, headers=headers)

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_a_campaign_is_accepted_prepared_and_sent(cms: Client, api: DeliveryApi, mailbox: Mailbox) -> None:
    readers_of(mailing_list(), 3, languages=["en", "fr"])

    asked = post(cms, request_for(api))
    work()
    status = CampaignStatus.model_validate_json(cms.get(f"/v1/campaigns/{asked.json()['campaign_id']}").content)

    assert asked.status_code == 202
    assert asked.json()["state"] == "preparing"
    assert status.state == "finished"
    assert (status.counts.audience, status.counts.accepted) == (3, 3)
    assert status.version > asked.json()["version"]
    assert len(mailbox.accepted) == 3


def test_asking_twice_with_one_key_is_one_campaign(cms: Client, api: DeliveryApi) -> None:
    mailing_list()
    request = request_for(api)

    first, second = post(cms, request), post(cms, request)

    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["campaign_id"] == second.json()["campaign_id"]
    assert Campaign.objects.count() == 1
    assert Job.objects.count() == 1


def test_a_key_used_for_another_request_is_a_conflict(cms: Client, api: DeliveryApi) -> None:
    mailing_list()
    mailing_list("parents")
    post(cms, request_for(api, "partners"))

    answer = post(cms, request_for(api, "parents"))

    assert answer.status_code == 409
    assert "another campaign" in answer.json()["detail"]
    assert Campaign.objects.count() == 1


def test_an_unknown_list_is_named(cms: Client, api: DeliveryApi) -> None:
    mailing_list()

    answer = post(cms, request_for(api, "partners", "teachers", "friends"))

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert "no list friends, teachers" in answer.json()["detail"]
    assert not Campaign.objects.exists()


def test_a_request_that_contradicts_itself_is_refused(cms: Client, api: DeliveryApi) -> None:
    mailing_list()
    request = request_for(api).model_dump(mode="json")
    doubled = request | {"releases": [request["releases"][0]] * 2}

    wrong_fallback = post(cms, request | {"fallback_locale": "de"})
    twice = post(cms, doubled)

    assert (wrong_fallback.status_code, twice.status_code) == (422, 422)
    assert "de has no release" in wrong_fallback.json()["detail"]
    assert twice.json()["detail"] == "Name one release per language."
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"issue_id": "x"}'])
def test_what_is_no_campaign_is_refused_with_its_fields(cms: Client, body: str) -> None:
    answer = post(cms, body)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_key_is_asked_for(cms: Client, api: DeliveryApi) -> None:
    mailing_list()
    request = request_for(api)

    for key in ("", "x" * 201):
        assert post(cms, request, key=key).status_code == 400

    assert not Campaign.objects.exists()


def test_steering_follows_the_state(cms: Client) -> None:
    partners = mailing_list()
    readers_of(partners, 2)
    campaign = prepared(partners)

    def steer(steering: str) -> tuple[int, str]:
        answer = cms.post(f"/v1/campaigns/{campaign.pk}/{steering}")
        return answer.status_code, answer.json().get("state") or answer.json()["detail"]

    assert steer("resume") == (409, "This campaign is sending; it can only be resumed when it is paused.")
    assert steer("pause") == (200, "paused")
    assert steer("pause") == (409, "This campaign is paused; it can only be paused while it is being sent.")
    assert steer("resume") == (200, "sending")
    assert steer("resend-in-doubt") == (409, "No mail of this campaign is in doubt.")
    assert steer("cancel") == (200, "cancelled")
    assert steer("cancel") == (409, "This campaign is cancelled; it can only be cancelled before it has ended.")
    assert steer("resend-in-doubt")[0] == 409
    assert set(campaign.deliveries.values_list("state", "note")) == {(Delivery.State.SUPPRESSED, "cancelled")}


@pytest.mark.parametrize("path", ["", "/pause", "/resume", "/cancel", "/resend-in-doubt"])
def test_an_unknown_campaign_is_not_found(cms: Client, path: str) -> None:
    url = f"/v1/campaigns/{uuid4()}{path}"

    answer = cms.post(url) if path else cms.get(url)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_address_is_explained_to_programs_and_to_people(client: Client) -> None:
    to_programs, to_people = client.get("/v1/nothing"), client.get("/nothing?lang=fr")

    assert (to_programs.status_code, to_people.status_code) == (404, 404)
    assert to_programs["Content-Type"] == "application/problem+json"
    assert "Cette page n’existe pas" in to_people.text


def test_the_service_says_that_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "missing": []}
