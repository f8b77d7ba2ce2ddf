"""How do tests hold an endpoint to its budget of queries?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def at_most(count: int) -> Iterator[None]:
    """Fail where more than ``count`` queries are made."""
    with CaptureQueriesContext(connection) as queries:
        yield
    made = [query["sql"] for query in queries.captured_queries]
    assert len(made) <= count, "\n".join(made)
