"""Is a production without a queue told so?"""

import pytest
from pytest_django import Settings

from foundation.jobs.checks import production_has_a_queue


@pytest.mark.parametrize(
    ("environment", "url", "warnings"),
    [("production", "", ["jobs.W001"]), ("production", "amqp://mq", []), ("embedded", "", [])],
)
def test_a_production_without_a_queue_is_warned(
    environment: str, url: str, warnings: list[str], settings: Settings
) -> None:
    settings.ENVIRONMENT, settings.QUEUE_URL = environment, url

    assert [message.id for message in production_has_a_queue(None)] == warnings
