"""Do events go to those who asked for them, and to no address inside our own network?"""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.partners.actions import rotate_webhook_secret
from cms.partners.addresses import refuse_unsafe_url
from cms.partners.models import Partner, WebhookEndpoint
from cms.partners.queries import endpoints_for


@pytest.fixture
def endpoint(db: None) -> WebhookEndpoint:
    partner = Partner.objects.create(name="Child Focus")
    return WebhookEndpoint.objects.create(partner=partner, url="https://partner.example/hooks")


def urls(event_type: str) -> list[str]:
    return [endpoint.url for endpoint in endpoints_for(event_type)]


def test_the_newsletter_service_hears_of_recalls_only(db: None) -> None:
    assert urls("release.recalled") == ["http://127.0.0.1:8002/hooks/cms"]
    assert urls("release.created") == []


def test_a_partner_hears_of_what_it_asked_for(endpoint: WebhookEndpoint) -> None:
    assert urls("release.created") == [endpoint.url]
    assert urls("release.recalled")[0] == endpoint.url

    WebhookEndpoint.objects.update(hears_of_releases=False)

    assert urls("release.created") == []
    assert urls("transcode.changed") == []


@pytest.mark.parametrize("model", [WebhookEndpoint, Partner])
def test_who_is_inactive_hears_nothing(endpoint: WebhookEndpoint, model: Any) -> None:
    model.objects.update(is_active=False)

    assert urls("release.created") == []


def test_each_endpoint_has_a_secret_of_its_own_that_can_be_replaced(endpoint: WebhookEndpoint) -> None:
    other = WebhookEndpoint.objects.create(partner=endpoint.partner, url="https://partner.example/other")
    first, second = (found.secret for found in endpoints_for("release.created"))

    rotate_webhook_secret(endpoint)

    replaced, same = (found.secret for found in endpoints_for("release.created"))
    assert first.startswith("whsec_")
    assert len({first, second, replaced}) == 3
    assert same == second
    assert other.salt not in second


def test_in_production_partners_are_called_at_public_addresses_only(endpoint: WebhookEndpoint, settings: Any) -> None:
    settings.IS_PRODUCTION = True

    (found,) = endpoints_for("release.created")

    assert (found.url, found.must_be_public) == (endpoint.url, True)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://partner.example/hooks", "scheme"),
        ("ftp://partner.example/hooks", "scheme"),
        ("https://user:password@partner.example/", "credentials"),
    ],
)
def test_an_unsafe_address_is_refused(url: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        refuse_unsafe_url(url)

    assert refusal.value.code == code


def test_the_demo_may_call_its_own_machine_and_production_may_not(settings: Any) -> None:
    refuse_unsafe_url("http://127.0.0.1:8080/hooks")

    settings.IS_PRODUCTION = True
    for url in ("http://127.0.0.1:8080/hooks", "https://127.0.0.1/hooks", "https://localhost/hooks"):
        with pytest.raises(ValidationError):
            refuse_unsafe_url(url)


def test_a_partner_within_our_own_network_is_called_only_where_it_is_named(
    endpoint: WebhookEndpoint, settings: Any
) -> None:
    settings.IS_PRODUCTION = True
    settings.INNER_PARTNER_HOSTS = frozenset({"intranet"})
    WebhookEndpoint.objects.update(url="http://intranet:8080/hooks")

    (found,) = endpoints_for("release.created")
    assert (found.url, found.must_be_public) == ("http://intranet:8080/hooks", False)
    refuse_unsafe_url("http://intranet:8080/hooks")
    for url in ("http://intranet.example/hooks", "ftp://intranet/hooks", "https://name:password@intranet/hooks"):
        with pytest.raises(ValidationError):
            refuse_unsafe_url(url)
