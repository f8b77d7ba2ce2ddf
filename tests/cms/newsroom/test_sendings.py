"""Does one sending lead to one campaign, whatever happens, and is what the service says written down?"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from cms.newsroom import jobs
from cms.newsroom.actions import AlreadySent, ask_again, note_status, request_sending
from cms.newsroom.models import Sending
from cms.newsroom.queries import lists_already_served, released_versions
from cms.users.models import User
from foundation.contracts.newsletter import CampaignChanged, CampaignRequest, CampaignStatus
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from tests.cms.factories import make_issue
from tests.cms.newsroom.newsletter_service import KEY, NewsletterService, counts_of, serving, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[NewsletterService]:
    with serving(NewsletterService()) as running:
        settings.NEWSLETTER_URL, settings.NEWSLETTER_KEY = running.url, KEY
        yield running


def ask(editor: User, *lists: str, sending_id: UUID | None = None, issue: Any = None) -> Sending:
    page = issue or make_issue(publish=True)
    request = CampaignRequest(
        issue_id=page.tool_id,
        releases=tuple(released_versions(page.tool_id).values()),
        fallback_locale="en",
        lists=lists or ("schools",),
    )
    return request_sending(
        sending_id or uuid4(), request, title=page.title, list_names=list(lists), by=editor, at=timezone.now()
    )


def due_now() -> None:
    """What would be tried again later is tried now."""
    Job.objects.filter(state="queued").update(run_at=timezone.now() - timedelta(seconds=1))


def test_a_sending_asks_for_its_campaign(service: NewsletterService, editor: User) -> None:
    sending = ask(editor)

    run_until_idle(["events"])

    sending.refresh_from_db()
    [(key, campaign)] = service.campaigns.items()
    assert key == str(sending.pk)
    assert (sending.state, sending.campaign_id, sending.version) == ("preparing", campaign.campaign_id, 1)


def test_pressing_twice_is_one_sending(service: NewsletterService, editor: User) -> None:
    issue, sending_id = make_issue(publish=True), uuid4()

    first = ask(editor, sending_id=sending_id, issue=issue)
    second = ask(editor, sending_id=sending_id, issue=issue)
    run_until_idle(["events"])

    assert first == second
    assert (Sending.objects.count(), len(service.campaigns)) == (1, 1)


def test_a_list_is_served_once(service: NewsletterService, editor: User) -> None:
    issue = make_issue(publish=True)
    ask(editor, "schools", issue=issue)

    with pytest.raises(AlreadySent) as refused:
        ask(editor, "schools", "youth", issue=issue)

    assert refused.value.lists == {"schools"}
    assert Sending.objects.count() == 1


def test_a_list_may_be_served_again_if_nobody_got_anything(editor: User) -> None:
    issue = make_issue(publish=True)
    sending = ask(editor, "schools", issue=issue)

    Sending.objects.filter(pk=sending.pk).update(state="cancelled")
    nobody = lists_already_served(issue.tool_id)
    Sending.objects.filter(pk=sending.pk).update(audience=3, accepted=1, pending=2)

    assert nobody == frozenset()
    assert lists_already_served(issue.tool_id) == {"schools"}


def test_an_answer_that_was_lost_leads_to_no_second_campaign(service: NewsletterService, editor: User) -> None:
    service.drop_answers = 1
    sending = ask(editor)

    run_until_idle(["events"])
    due_now()
    run_until_idle(["events"])

    sending.refresh_from_db()
    assert [path for _method, path in service.requests] == ["/v1/campaigns", "/v1/campaigns"]
    assert (sending.state, len(service.campaigns)) == ("preparing", 1)


def test_a_service_that_is_down_is_asked_until_it_answers(service: NewsletterService, editor: User) -> None:
    service.failing = True
    sending = ask(editor)
    run_until_idle(["events"])
    sending.refresh_from_db()
    while_down = sending.state

    service.failing = False
    due_now()
    run_until_idle(["events"])

    sending.refresh_from_db()
    assert (while_down, sending.state) == ("requested", "preparing")


def test_a_request_that_is_never_answered_can_be_repeated(service: NewsletterService, editor: User) -> None:
    service.failing = True
    sending = ask(editor)
    for _attempt in range(jobs.MAX_ATTEMPTS):
        due_now()
        run_until_idle(["events"])
    sending.refresh_from_db()
    given_up = sending.state

    service.failing = False
    ask_again(sending, at=timezone.now())
    ask_again(sending, at=timezone.now())
    run_until_idle(["events"])

    sending.refresh_from_db()
    assert given_up == "unanswered"
    assert (sending.state, len(service.campaigns)) == ("preparing", 1)


def test_an_unknown_list_is_refused_with_the_sentence_of_the_service(service: NewsletterService, editor: User) -> None:
    sending = ask(editor, "nobody")

    run_until_idle(["events"])

    sending.refresh_from_db()
    assert (sending.state, sending.message) == ("refused", "There is no list nobody.")
    assert lists_already_served(sending.issue_id) == frozenset()


def test_a_wrong_key_is_said_to_be_one(service: NewsletterService, editor: User, settings: Any) -> None:
    settings.NEWSLETTER_KEY = "another"
    sending = ask(editor)

    run_until_idle(["events"])

    sending.refresh_from_db()
    assert (sending.state, sending.message) == (
        "refused",
        "The newsletter service does not know our key. Tell whoever runs this system.",
    )


def hook(client: Client, settings: Any, told: CampaignStatus) -> int:
    """Deliver ``campaign.changed`` as the service does; return the status code."""
    at = datetime.now(UTC)
    data = CampaignChanged(status=told).model_dump(mode="json")
    body = json.dumps({"type": "campaign.changed", "timestamp": at.isoformat(), "data": data})
    message_id = f"msg_{uuid4().hex}"
    signature = Webhook(settings.WEBHOOK_SOURCES["newsletter"]).sign(message_id, at, body)
    headers = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return client.post("/hooks/newsletter", body, content_type="application/json", headers=headers).status_code


def test_a_webhook_brings_the_counts_and_an_older_one_changes_nothing(
    client: Client, editor: User, settings: Any
) -> None:
    sending = ask(editor)
    told = status(version=5, state="sending", counts=counts_of(accepted=10, pending=90))
    note_status(sending, told.model_copy(update={"version": 1}), at=timezone.now())

    newer = hook(client, settings, told)
    older = hook(client, settings, told.model_copy(update={"version": 4, "state": "preparing"}))

    sending.refresh_from_db()
    assert (newer, older) == (200, 200)
    assert (sending.version, sending.state, sending.accepted, sending.pending, sending.audience) == (
        5,
        "sending",
        10,
        90,
        100,
    )


def test_a_webhook_about_a_campaign_nobody_asked_for_is_ignored(client: Client, editor: User, settings: Any) -> None:
    sending = ask(editor)

    assert hook(client, settings, status(version=2, state="sending")) == 200

    sending.refresh_from_db()
    assert (sending.state, sending.version) == ("requested", 0)


def test_a_sending_that_went_quiet_is_asked_about(service: NewsletterService, editor: User) -> None:
    sending = ask(editor)
    run_until_idle(["events"])
    service.advance("sending", accepted=4, pending=6)

    jobs.ask_about_quiet_sendings()
    sending.refresh_from_db()
    at_once = sending.state
    Sending.objects.update(heard_at=timezone.now() - timedelta(seconds=31))
    jobs.ask_about_quiet_sendings()

    sending.refresh_from_db()
    assert (at_once, sending.state, sending.accepted) == ("preparing", "sending", 4)


def test_a_finished_sending_is_left_in_peace(service: NewsletterService, editor: User) -> None:
    sending = ask(editor)
    run_until_idle(["events"])
    note_status(sending, service.advance("finished", accepted=10), at=timezone.now() - timedelta(minutes=5))
    asked = len(service.requests)

    jobs.ask_about_quiet_sendings()

    assert len(service.requests) == asked


def test_the_database_refuses_counts_that_lose_a_mail(editor: User) -> None:
    sending = ask(editor)

    with pytest.raises(IntegrityError):
        Sending.objects.filter(pk=sending.pk).update(audience=3, accepted=1)
