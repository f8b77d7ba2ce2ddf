"""What does a process need before it can work? Ready-made checks for ``/readyz``; each returns None or a sentence."""

from functools import cache
from typing import Any

from django.core.files.storage import storages
from django.db import DatabaseError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def database_ready() -> str | None:
    """Ask the database for one row."""
    try:
        with _connection().cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        _connection().close()
        return "The database doesn't answer; check DATABASE_URL and that the server runs."
    return None


def migrations_applied() -> str | None:
    """Compare the code's migrations with the database's; once applied they are not looked for again."""
    try:
        _require_migrations()
    except DatabaseError:
        _connection().close()
        return "The database can't tell which migrations are applied."
    except _Unmigrated as error:
        return f"{error.args[0]} migrations are not applied; run the command migrate."
    return None


def private_store_writable() -> str | None:
    """Say whether files can be put into the private store."""
    return _writable("private")


def public_store_writable() -> str | None:
    """Say whether files can be put into the public store."""
    return _writable("public")


def _connection() -> BaseDatabaseWrapper:
    """Return the database that this process reads from now: a replica answers for a primary that is away."""
    return connections[router.db_for_read(MigrationRecorder.Migration)]


class _Unmigrated(Exception):
    pass


@cache
def _require_migrations() -> None:
    executor = MigrationExecutor(_connection())
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Unmigrated(len(plan))


def _writable(alias: str) -> str | None:
    store: Any = storages[alias]
    trouble = store.trouble()
    return f"The {alias} store {trouble}" if trouble else None
