"""How far behind is the replica that this process reads from, if it reads from one?"""

from collections.abc import Iterator

from django.db import connections

from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]
# What was received is replayed and the primary is still there: nothing is missing, however old the last change is.
# Otherwise it is as old as the last transaction it has seen. A database that is no replica is never behind.
LAG_S = """
SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
    ELSE COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)
END
"""


@measure(
    "mis_replica_lag_seconds",
    "How old what the replica shows is at the most; nothing is told without a replica.",
    needs_database=False,  # of the primary: the replica is asked, and most of all while that is gone
)
def replica_lag() -> Numbers:
    """Ask every database but the first."""
    for alias in connections:
        connection = connections[alias]
        if alias != "default" and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(LAG_S)
                yield (), float(cursor.fetchone()[0])
