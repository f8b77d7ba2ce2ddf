"""What is measured of campaigns and their mails?"""

import pytest
from django.test import Client
from django.utils import timezone

from services.newsletter.campaigns.measures import campaigns, deliveries
from services.newsletter.campaigns.models import Campaign, Delivery
from tests.services.newsletter.campaigns.campaigns import prepared
from tests.services.newsletter.people import mailing_list, reader_of

pytestmark = pytest.mark.django_db


def in_state(campaign: Campaign, *states: str) -> None:
    for delivery, state in zip(campaign.deliveries.order_by("pk"), states, strict=True):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, settled_at=timezone.now())


def test_mails_of_ended_campaigns_are_counted_only_while_they_are_in_doubt() -> None:
    partners = mailing_list()
    for number in range(3):
        reader_of(partners, f"reader-{number}@example.org")
    ended = prepared(partners, key="one")
    in_state(ended, "accepted", "accepted", "in_doubt")
    Campaign.objects.filter(pk=ended.pk).update(state="finished", issue_id="00000000-0000-0000-0000-000000000001")
    under_way = prepared(partners, key="two")
    in_state(under_way, "accepted", "in_doubt", "pending")

    counted = dict(deliveries())

    assert {state: number for (state,), number in counted.items() if number} == {
        "accepted": 1,
        "in_doubt": 2,
        "pending": 1,
    }
    states = {state: number for (state,), number in campaigns()}
    assert (states["finished"], states["sending"], states["failed"]) == (1, 1, 0)


def test_no_number_is_about_a_reader(client: Client) -> None:
    partners = mailing_list()
    reader_of(partners, "reader@example.org")
    prepared(partners)

    text = client.get("/metrics").content.decode()

    assert "mis_deliveries{" in text
    assert "example.org" not in text
    assert "partners" not in text
