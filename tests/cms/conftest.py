"""What do the tests of the CMS share?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cms.delivery.answers import kept
from cms.delivery.throttling import counter
from cms.releases import immutability
from tests.postgres import postgres_url as postgres_url


@pytest.fixture(scope="session", autouse=True)
def _emptying_the_database_may_delete_what_was_released() -> Iterator[None]:
    """Lift the triggers while tables are emptied after a test with real transactions (PostgreSQL truncates)."""
    if connection.vendor != "sqlite":
        yield
        return
    original = connection.ops.sql_flush

    def sql_flush(*args: Any, **kwargs: Any) -> list[str]:
        statements = original(*args, **kwargs)
        return [
            *immutability.statements("sqlite", "remove"),
            *statements,
            *immutability.statements("sqlite", "install"),
        ]

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]
    yield
    connection.ops.sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """Forget what the API keeps in memory."""
    kept.clear()
    counter.clear()


@pytest.fixture
def api(settings: Any) -> Client:
    """A client of the delivery process: its addresses and its middleware."""
    settings.ROOT_URLCONF = "cms.config.urls_delivery"
    settings.MIDDLEWARE = [
        "foundation.web.middleware.RequestIdMiddleware",
        "cms.delivery.middleware.CrossOriginMiddleware",
        "foundation.web.middleware.SecurityHeadersMiddleware",
    ]
    return Client()
