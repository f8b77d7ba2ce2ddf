"""How far behind is the replica of this process, and is it read from? Nothing is told where there is none."""

from collections.abc import Iterator

from django.db import connections

from cms.delivery.replica import REPLICA, watch
from foundation.web.metrics.measures import measure

Numbers = Iterator[tuple[tuple[str, ...], float]]
# What was received is replayed and the primary is still there: nothing is missing, however old the last change is.
# Otherwise it is as old as the last transaction it has seen, or as its start. A database that is no replica is never
# behind.
LAG_S = """
SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
    ELSE EXTRACT(EPOCH FROM clock_timestamp() - COALESCE(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
END
"""


# Neither needs the primary: they are asked most of all while that is gone.
@measure("mis_replica_lag_seconds", "How old what the replica shows is at the most.", needs_database=False)
def replica_lag() -> Numbers:
    if REPLICA in connections:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(LAG_S)
            yield (), float(cursor.fetchone()[0])


@measure("mis_reads_from_replica", "1 while readers are served from the replica.", needs_database=False)
def reads_from_replica() -> Numbers:
    if REPLICA in connections:
        yield (), float(watch.alias == REPLICA)
