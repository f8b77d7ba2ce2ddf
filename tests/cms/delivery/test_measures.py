"""Is it told how far a replica is behind?"""

import psycopg
import pytest
from django.db import connections

from cms.delivery.measures import LAG_S, reads_from_replica, replica_lag


@pytest.mark.django_db
def test_without_a_replica_nothing_is_told() -> None:
    assert list(connections) == ["default"]
    assert list(replica_lag()) == []
    assert list(reads_from_replica()) == []


def test_a_database_that_is_no_replica_is_never_behind(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(LAG_S.encode()).fetchone() == (0,)
