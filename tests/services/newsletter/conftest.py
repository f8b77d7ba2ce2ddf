"""What do the newsletter's tests share?"""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_django import Settings

from infra.quality.messages import compile_all
from tests.servers.postgres import postgres_url as postgres_url
from tests.services.newsletter.delivery import DeliveryApi, delivery_api
from tests.services.newsletter.relays import Mailbox, relay

hypothesis.settings.register_profile("newsletter", deadline=None, max_examples=80)  # a busy machine is no defect
hypothesis.settings.load_profile("newsletter")


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    compile_all()


@pytest.fixture(autouse=True)
def _journal_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"


@pytest.fixture
def api(settings: Settings) -> Iterator[DeliveryApi]:
    """A delivery API the service is configured to ask."""
    with delivery_api() as running:
        settings.DELIVERY_URL = settings.DELIVERY_PUBLIC_URL = running.url
        yield running


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A polite relay the service is configured to use; change its answers to make it another."""
    box = Mailbox()
    with relay(box) as url:
        settings.SMTP_URL = url
        yield box
