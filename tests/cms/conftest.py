"""What do the tests of the CMS share?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cms.delivery.answers import kept
from cms.delivery.throttling import counter
from cms.releases import immutability
from tests.cms.template import Template
from tests.servers.postgres import postgres_url as postgres_url


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


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the database as it is found: a copy that is migrated already (tests.cms.template)."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def _migrated_copy(django_db_modify_db_settings: None) -> Iterator[Template | None]:
    """Put a migrated copy in place, or make this process the one that migrates while the others wait."""
    if connection.vendor != "sqlite":
        yield None
        return
    template = Template()
    template.lock()
    template.offer(Path(str(connection.settings_dict["TEST"]["NAME"])))
    yield template


@pytest.fixture(scope="session")
def django_db_setup(_migrated_copy: Template | None, django_db_setup: None) -> None:
    """Keep what was migrated for the next run."""
    if _migrated_copy is not None:
        _migrated_copy.keep(Path(str(connection.settings_dict["TEST"]["NAME"])))
        _migrated_copy.unlock()
