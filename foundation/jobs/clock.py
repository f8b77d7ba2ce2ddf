"""What time is it? Always the database's clock: the clocks of several workers never agree."""

from datetime import timedelta

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

_EPOCH = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT EXTRACT(EPOCH FROM statement_timestamp())",
}


def now_plus(seconds: float) -> Combinable:
    """Return an SQL expression: the database's now and so many seconds (negative: ago)."""
    if not seconds:
        return Now()  # a sum has more digits: SQLite, comparing text, would see it a millisecond in the future
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def epoch_s() -> float:
    """Return the seconds since 1970 by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_EPOCH[connection.vendor])
        return float(cursor.fetchone()[0])
