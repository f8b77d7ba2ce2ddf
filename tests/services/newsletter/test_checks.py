"""Does a production refuse to start on what is meant for one machine?"""

import pytest
from pytest_django import Settings

from infra.quality.routes import open_routes
from services.newsletter.checks import mail_is_configured, production_is_safe


@pytest.fixture
def _on_postgresql(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")


def ids(settings: Settings, **changes: object) -> list[str]:
    for name, value in changes.items():
        setattr(settings, name, value)
    return [str(one.id) for one in (*mail_is_configured(None), *production_is_safe(None))]


SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 50,
    "ADDRESS_HASH_KEY": "its own",
    "NEWSLETTER_URL": "https://news.example",
    "DELIVERY_PUBLIC_URL": "https://tools.example",
    "READER_URL": "https://read.example",
    "ALLOWED_HOSTS": ["news.example"],
}


@pytest.mark.usefixtures("_on_postgresql")
def test_the_embedded_default_and_a_safe_production_start(settings: Settings) -> None:
    assert ids(settings, ENVIRONMENT="embedded") == []
    assert ids(settings, **SAFE) == []


@pytest.mark.usefixtures("_on_postgresql")
@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("SMTP_URL", "relay.example", "newsletter.E001"),
        ("MAIL_FROM", "nobody", "newsletter.E002"),
        ("ENVIRONMENT", "staging", "newsletter.E003"),
        ("SECRET_KEY", "short", "newsletter.E004"),
        ("ADDRESS_HASH_KEY", "embedded-only", "newsletter.E005"),
        ("NEWSLETTER_KEY", "", "newsletter.E006"),
        ("CMS_WEBHOOK_SECRET", "", "newsletter.E006"),
        ("READER_URL", "http://read.example", "newsletter.E008"),
        ("ALLOWED_HOSTS", ["*"], "newsletter.E009"),
    ],
)
def test_each_unsafe_value_is_refused(settings: Settings, name: str, value: object, found: str) -> None:
    assert ids(settings, **SAFE | {name: value}) == [found]


def test_sqlite_is_for_one_machine(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    assert ids(settings, **SAFE) == ["newsletter.E007"]


def test_every_route_asks_who_is_there_or_says_that_it_is_public() -> None:
    assert open_routes() == []
