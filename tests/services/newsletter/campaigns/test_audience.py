"""Who is in the audience, once, in which language?"""

import pytest

from services.newsletter.campaigns.actions import cancel
from services.newsletter.campaigns.models import Campaign, Delivery
from services.newsletter.campaigns.queries import counts_of, is_balanced
from services.newsletter.lists.actions import suppress
from services.newsletter.lists.models import Suppression
from tests.services.newsletter.campaigns.campaigns import prepared, states_of
from tests.services.newsletter.people import (
    LONG_AGO,
    State,
    mailing_list,
    reader_of,
    readers_of,
    subscriber,
    subscription,
)

pytestmark = pytest.mark.django_db


def locales_of(campaign: Campaign) -> dict[str, str]:
    return dict(campaign.deliveries.values_list("subscriber__address", "variant__locale"))


def test_everybody_gets_their_language_else_its_base_else_the_fallback() -> None:
    partners = mailing_list()
    for language in ("fr", "fr-BE", "nl", "nl-BE", "ar-MA", "pl", "enm", "n"):
        reader_of(partners, f"{language}@example.org".lower(), language=language)

    campaign = prepared(partners, locales=("en", "fr", "nl", "ar"))

    assert locales_of(campaign) == {
        "fr@example.org": "fr",
        "fr-be@example.org": "fr",
        "nl@example.org": "nl",
        "nl-be@example.org": "nl",
        "ar-ma@example.org": "ar",
        "pl@example.org": "en",
        "enm@example.org": "en",
        "n@example.org": "en",
    }


def test_only_confirmed_subscribers_of_the_lists_are_in_it() -> None:
    partners, parents = mailing_list(), mailing_list("parents")
    reader_of(partners, "in@example.org")
    reader_of(parents, "elsewhere@example.org")
    for state in (State.PENDING, State.UNSUBSCRIBED):
        subscription(subscriber(f"{state}@example.org"), partners, state=state)

    campaign = prepared(partners)

    assert list(locales_of(campaign)) == ["in@example.org"]
    assert campaign.audience == 1


def test_who_is_on_two_lists_is_in_it_once() -> None:
    partners, parents = mailing_list(), mailing_list("parents")
    both = reader_of(partners, "both@example.org")
    subscription(both, parents)
    reader_of(parents, "one@example.org")

    campaign = prepared(partners, parents)

    assert campaign.audience == 2
    assert Delivery.objects.filter(subscriber=both).count() == 1


def test_suppressed_addresses_are_counted_and_not_sent_to() -> None:
    partners = mailing_list()
    bounced, _ = readers_of(partners, 2)
    suppress(bounced.address_hash, reason=Suppression.Reason.BOUNCED, at=LONG_AGO)

    campaign = prepared(partners)

    counts = counts_of(campaign)
    assert (counts.audience, counts.suppressed, counts.pending) == (2, 1, 1)
    assert is_balanced(counts)
    assert campaign.deliveries.get(subscriber=bounced).note == "suppressed"


def test_an_empty_list_is_a_campaign_that_is_over() -> None:
    campaign = prepared(mailing_list())

    assert campaign.audience == 0
    assert is_balanced(counts_of(campaign))


def test_nobody_gets_the_same_issue_from_two_campaigns() -> None:
    partners, parents = mailing_list(), mailing_list("parents")
    reader_of(partners, "partner@example.org")
    both = reader_of(partners, "both@example.org")
    subscription(both, parents)
    reader_of(parents, "parent@example.org")

    first, second = prepared(partners, key="1"), prepared(parents, key="2")

    assert states_of(first) == {"partner@example.org": "pending", "both@example.org": "pending"}
    assert states_of(second) == {"parent@example.org": "pending", "both@example.org": "suppressed"}
    assert second.deliveries.get(subscriber=both).note == Delivery.Note.ALREADY_SENT
    assert is_balanced(counts_of(second))


def test_whom_a_cancelled_campaign_did_not_reach_is_reached_by_the_next() -> None:
    partners = mailing_list()
    reader_of(partners, "reader@example.org")
    first = prepared(partners, key="1")
    cancel(first.pk, at=LONG_AGO)

    second = prepared(partners, locales=("fr",), key="2")

    assert states_of(second) == {"reader@example.org": "pending"}
    assert set(locales_of(second).values()) == {"fr"}
