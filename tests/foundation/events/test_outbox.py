"""Is an event told to everybody who wants it, until they have it or visibly don't?"""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import transaction
from django.db.models import F

from foundation.contracts.base import Contract
from foundation.events import actions
from foundation.events.actions import record, replay
from foundation.events.endpoints import Endpoint
from foundation.events.errors import OutboxOutsideTransaction
from foundation.events.jobs import PAUSES_S
from foundation.events.models import DeliveryAttempt, InboxMessage, OutboxDelivery, OutboxEvent
from foundation.jobs.models import Job
from foundation.jobs.worker import run_until_idle
from foundation.web.requests import request_id_scope
from tests.foundation.events.conftest import AT, SECRET, TOOL, OtherSide, recalled
from tests.foundation.example import endpoints

pytestmark = pytest.mark.django_db


def record_one() -> OutboxDelivery:
    with transaction.atomic():
        return record(recalled(), subject=f"tool:{TOOL}", at=AT).deliveries.get()


def hurry() -> None:
    """Let the pause before the next attempt pass."""
    Job.objects.update(run_at=F("created_at"))


def pause_s() -> float:
    return (Job.objects.get().run_at - datetime.now(UTC)).total_seconds()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(other_side: OtherSide) -> None:
    with pytest.raises(OutboxOutsideTransaction):
        record(recalled(), subject="tool:1", at=AT)

    assert not OutboxEvent.objects.exists()
    assert not Job.objects.exists()


def test_a_contract_that_is_no_event_is_refused(other_side: OtherSide) -> None:
    class Rumour(Contract):
        pass

    with pytest.raises(KeyError):
        record(Rumour(), subject="tool:1", at=AT)

    assert not OutboxEvent.objects.exists()


def test_an_event_disappears_with_what_made_it_true(other_side: OtherSide) -> None:
    with transaction.atomic():
        record(recalled(), subject="tool:1", at=AT)
        transaction.set_rollback(True)

    assert not OutboxEvent.objects.exists()
    assert not Job.objects.exists()


def test_an_event_nobody_wants_is_still_recorded() -> None:
    event = record(recalled(), subject="tool:1", at=AT)

    assert event.deliveries.count() == 0
    assert run_until_idle() == 0


def test_an_event_is_delivered_signed_with_its_request_id(other_side: OtherSide) -> None:
    event = recalled()
    with request_id_scope("from-a-browser"), transaction.atomic():
        stored = record(event, subject=f"tool:{TOOL}", at=AT)

    run_until_idle()

    assert other_side.verified() == {
        "type": "release.recalled",
        "timestamp": "2026-11-20T12:30:00+00:00",
        "data": event.model_dump(mode="json"),
    }
    headers = other_side.heard[0].headers
    assert headers["webhook-id"] == f"msg_{stored.id.hex}"
    assert headers["x-request-id"] == "from-a-browser"
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    delivery = OutboxDelivery.objects.get()
    assert (delivery.state, delivery.endpoint, delivery.error) == ("delivered", "partner", "")
    assert delivery.delivered_at is not None
    assert list(delivery.attempts.values_list("status", "error")) == [(204, "")]


def test_each_endpoint_has_a_delivery_of_its_own(other_side: OtherSide) -> None:
    endpoints.configured.append(Endpoint("second", f"{other_side.url}/second", SECRET))
    other_side.answers = [(404, {})]

    with transaction.atomic():
        record(recalled(), subject="tool:1", at=AT)
    run_until_idle()

    assert [heard.path for heard in other_side.heard] == ["/hooks", "/hooks/second"]
    assert dict(OutboxDelivery.objects.values_list("endpoint", "state")) == {
        "partner": "given_up",
        "second": "delivered",
    }


def test_secrets_are_not_stored(other_side: OtherSide) -> None:
    record_one()
    run_until_idle()

    rows = [*Job.objects.values(), *OutboxEvent.objects.values(), *OutboxDelivery.objects.values()]
    assert SECRET not in str([*rows, *DeliveryAttempt.objects.values()])
    assert SECRET not in repr(endpoints.configured)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_trouble_of_the_other_side_is_worth_another_attempt(other_side: OtherSide, status: int) -> None:
    other_side.answers = [(status, {})]
    delivery = record_one()

    run_until_idle()
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert 0.9 - 0.5 < pause_s() <= 1.1
    hurry()
    run_until_idle()

    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert list(delivery.attempts.order_by("id").values_list("status", "error")) == [
        (status, f"HTTP {status}"),
        (204, ""),
    ]
    assert other_side.heard[0].headers["webhook-id"] == other_side.heard[1].headers["webhook-id"]


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 410, 422])
def test_a_refusal_is_given_up_at_once_and_shown(other_side: OtherSide, status: int) -> None:
    other_side.answers = [(status, {"Location": other_side.url})]
    delivery = record_one()

    run_until_idle()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (
        "given_up",
        f"The endpoint refused the message: HTTP {status}.",
    )
    assert len(other_side.heard) == 1
    assert Job.objects.get().state == "failed"


@pytest.mark.parametrize("as_date", [False, True])
def test_the_other_side_may_ask_for_a_longer_pause(other_side: OtherSide, as_date: bool) -> None:
    wish = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True) if as_date else "300"
    other_side.answers = [(429, {"Retry-After": wish})]
    record_one()

    run_until_idle()

    assert 295 < pause_s() <= 300


@pytest.mark.parametrize("wish", ["soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "999999999999999999999"])
def test_a_strange_pause_stays_within_bounds(other_side: OtherSide, wish: str) -> None:
    other_side.answers = [(503, {"Retry-After": wish})]
    record_one()

    run_until_idle()

    assert 0 < pause_s() <= 86_400


def test_nobody_listening_is_worth_another_attempt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        endpoints.configured[:] = [Endpoint("partner", f"http://127.0.0.1:{taken.getsockname()[1]}/", SECRET)]
        record_one()
        run_until_idle()
    endpoints.configured.clear()

    attempt = DeliveryAttempt.objects.get()
    assert (attempt.status, attempt.error, attempt.delivery.state) == (None, "ConnectError", "pending")


def test_after_about_a_day_a_delivery_is_given_up(other_side: OtherSide) -> None:
    other_side.answers = [(500, {})] * 50
    delivery = record_one()

    for _ in range(len(PAUSES_S) + 3):
        run_until_idle()
        hurry()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("given_up", "HTTP 500")
    assert delivery.attempts.count() == len(PAUSES_S) + 1
    assert 20 * 3600 < sum(PAUSES_S) < 28 * 3600


def test_an_endpoint_that_was_removed_gets_nothing(other_side: OtherSide) -> None:
    delivery = record_one()
    endpoints.configured.clear()

    run_until_idle()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("given_up", "The endpoint partner is not configured any more.")
    assert not other_side.heard


def test_address_and_secret_are_those_of_today(other_side: OtherSide) -> None:
    with transaction.atomic():
        endpoints.configured[:] = [Endpoint("partner", "http://127.0.0.1:9/", "whsec_b2xk")]
        record(recalled(), subject="tool:1", at=AT)
    endpoints.configured[:] = [Endpoint("partner", other_side.url, SECRET)]

    run_until_idle()

    assert other_side.verified()


def test_a_replay_sends_the_same_message_again(other_side: OtherSide) -> None:
    other_side.answers = [(404, {})]
    delivery = record_one()
    run_until_idle()

    replayed = replay(delivery.pk)
    assert (replayed.state, replayed.error, replayed.replays) == ("pending", "", 1)
    run_until_idle()
    replay(delivery.pk)
    run_until_idle()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.replays, delivery.attempts.count()) == ("delivered", 2, 3)
    assert len({heard.headers["webhook-id"] for heard in other_side.heard}) == 1
    assert len({heard.body for heard in other_side.heard}) == 1


def test_a_replay_belongs_to_the_request_that_made_the_event_true(other_side: OtherSide) -> None:
    with request_id_scope("from-a-browser"):
        delivery = record_one()
    run_until_idle()

    with request_id_scope("much-later"):
        replay(delivery.pk)
    run_until_idle()

    assert [message.headers["x-request-id"] for message in other_side.heard] == ["from-a-browser"] * 2


def test_a_delivery_that_is_still_being_tried_is_not_replayed(other_side: OtherSide) -> None:
    delivery = record_one()

    assert replay(delivery.pk).replays == 0

    assert Job.objects.count() == 1


def test_what_was_told_or_heard_long_ago_is_forgotten(other_side: OtherSide) -> None:
    other_side.answers = [(204, {}), (404, {})]
    delivered, given_up = record_one(), record_one()
    run_until_idle()
    pending = record_one()
    InboxMessage.objects.create(source="s", webhook_id="msg_1", type="t", received_at=AT)

    actions.purge(now=datetime.now(UTC) + timedelta(days=31))

    left = set(OutboxDelivery.objects.values_list("id", flat=True))
    assert left == {given_up.id, pending.id}
    assert not OutboxEvent.objects.filter(id=delivered.event_id).exists()
    assert not InboxMessage.objects.exists()


def test_the_young_is_kept(other_side: OtherSide) -> None:
    record_one()
    run_until_idle()

    assert actions.purge(now=datetime.now(UTC) + timedelta(days=29)) == 0
    assert OutboxEvent.objects.count() == 1


def test_a_partner_whose_name_leads_nowhere_is_tried_again(other_side: OtherSide) -> None:
    """A resolver that is away at the moment of a recall must not keep a partner from hearing of it."""
    endpoints.configured[:] = [Endpoint("partner", "https://partner.invalid/hooks", SECRET, must_be_public=True)]

    delivery = record_one()
    run_until_idle()

    delivery.refresh_from_db()
    assert delivery.state == OutboxDelivery.State.PENDING
    assert [attempt.error for attempt in DeliveryAttempt.objects.all()] == ["The name of the host leads nowhere."]
    endpoints.configured[:] = [Endpoint("partner", other_side.url, SECRET)]
    hurry()
    run_until_idle()
    delivery.refresh_from_db()
    assert delivery.state == OutboxDelivery.State.DELIVERED


def test_a_name_that_leads_inside_is_not_called(other_side: OtherSide) -> None:
    endpoints.configured[:] = [Endpoint("partner", other_side.url, SECRET, must_be_public=True)]

    record_one()
    run_until_idle()

    assert other_side.heard == []
    assert DeliveryAttempt.objects.get().error == "The name of the host leads to a private network."


def test_what_was_looked_at_is_what_is_called(other_side: OtherSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked once: asked again for the connection, it might lead inside (DNS rebinding)."""
    port = int(other_side.url.rpartition(":")[2].partition("/")[0])
    monkeypatch.setattr("foundation.events.sending.public_address", lambda host, port: "127.0.0.1")
    url = f"http://partner.invalid:{port}/hooks"
    endpoints.configured[:] = [Endpoint("partner", url, SECRET, must_be_public=True)]

    record_one()
    run_until_idle()

    assert [heard.headers["host"] for heard in other_side.heard] == [f"partner.invalid:{port}"]
