"""Can staff give partners keys and endpoints, and see what was sent?"""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cms.partners.actions import make_key
from cms.partners.models import ApiKey, Partner, WebhookEndpoint
from cms.partners.queries import active_key
from cms.partners.secrets import webhook_secret
from foundation.events.models import OutboxDelivery, OutboxEvent
from foundation.jobs.models import Job
from tests.cms.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user())
    return client


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(name="Child Focus")


def secret_in(page: str) -> str:
    found = re.search(r'<code class="house-secret"[^>]*>([^<]+)</code>', page)
    assert found
    return found[1]


def test_a_key_is_shown_once_and_works(staff: Client, partner: Partner) -> None:
    form = {"partner": partner.pk, "label": "website", "requests_per_minute": "900"}

    response = staff.post(reverse("partner-keys:add"), form)

    text = secret_in(response.content.decode())
    key = ApiKey.objects.get()
    assert "no-store" in response["Cache-Control"]
    assert key.digest != text
    found = active_key(text)
    assert found is not None
    assert (found.pk, found.requests_per_minute) == (key.pk, 900)
    listing = staff.get(reverse("partner-keys:index")).content.decode()
    assert key.prefix in listing
    assert text not in listing


def test_a_replaced_key_ends_and_its_successor_works(staff: Client, partner: Partner) -> None:
    key, old = make_key(partner, label="website", at=NOW)

    shown = staff.get(reverse("partner-keys:rotate", args=[key.pk]))
    response = staff.post(reverse("partner-keys:rotate", args=[key.pk]))

    assert shown.status_code == 200
    assert active_key(old) is None
    assert active_key(secret_in(response.content.decode())) is not None


def test_a_revoked_key_stays_in_the_list(staff: Client, partner: Partner) -> None:
    key, text = make_key(partner, label="website", at=NOW)

    staff.post(reverse("partner-keys:revoke", args=[key.pk]))

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert active_key(text) is None
    assert key.prefix in staff.get(reverse("partner-keys:index")).content.decode()


def test_the_secret_of_an_endpoint_is_shown_once_and_can_be_replaced(staff: Client, partner: Partner) -> None:
    form = {"partner": partner.pk, "url": "https://partner.example/hooks", "hears_of_releases": "on", "is_active": "on"}

    first = secret_in(staff.post(reverse("partner-endpoints:add"), form).content.decode())
    endpoint = WebhookEndpoint.objects.get()
    second = secret_in(staff.post(reverse("partner-endpoints:rotate", args=[endpoint.pk])).content.decode())

    endpoint.refresh_from_db()
    assert first != second == webhook_secret(endpoint)
    assert first not in staff.get(reverse("partner-endpoints:edit", args=[endpoint.pk])).content.decode()


def test_a_message_that_was_given_up_can_be_sent_again(staff: Client) -> None:
    event = OutboxEvent.objects.create(
        type="release.created", subject="tool:1", data={}, occurred_at=NOW, recorded_at=NOW
    )
    delivery = OutboxDelivery.objects.create(
        event=event, endpoint="partner-endpoint-1", state="given_up", error="HTTP 410"
    )

    listing = staff.get(reverse("partner-deliveries:index")).content.decode()
    details = staff.get(reverse("partner-deliveries:inspect", args=[delivery.pk])).content.decode()
    with transaction.atomic():
        response = staff.post(reverse("partner-deliveries:replay", args=[delivery.pk]))

    delivery.refresh_from_db()
    assert "release.created" in listing
    assert "HTTP 410" in details
    assert response.status_code == 302
    assert (delivery.state, delivery.replays) == ("pending", 1)
    assert Job.objects.filter(kind="events.deliver").count() == 1


def test_messages_can_be_read_but_not_written(staff: Client) -> None:
    response = staff.get(reverse("partner-deliveries:add"))

    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


def test_the_screens_are_for_those_who_may(client: Client, partner: Partner) -> None:
    client.force_login(make_user("visitor", is_superuser=False))

    response = client.get(reverse("partner-keys:index"))

    assert response.status_code == 302
    assert not ApiKey.objects.exists()
