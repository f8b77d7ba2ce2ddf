"""How does a URL become an entry of ``DATABASES``?"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,  # seconds a writer waits for another
    "transaction_mode": "IMMEDIATE",  # a transaction that will write takes the lock at once, so it can't deadlock later
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
POOL_SIZE = 8
SMALLEST_POOL = 6  # a worker's two lanes, its pulse, its housekeeping and two questions after its health
POSTGRESQL_OPTIONS: dict[str, Any] = {
    # A server that vanished without a word is noticed within a minute, and not waited for at a new connection.
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_POOL: dict[str, Any] = {
    "min_size": 1,
    "timeout": 10,  # seconds a request waits for a connection before it fails
    "max_idle": 300,
    "max_lifetime": 1800,
    "reconnect_timeout": 5,  # a server that is back after an hour is found by the next request, not minutes later
}
# A request that takes longer than this has lost its reader; a transaction left open holds locks and dead rows.
# Commands such as migrate take the time they need.
_TIMEOUTS = {
    "serve": "-c statement_timeout=60s -c idle_in_transaction_session_timeout=60s",
    "work": "-c idle_in_transaction_session_timeout=10min",
}


def database_from(url: str | None, *, default_path: Path, pool_size: str = "0", process: str = "") -> dict[str, Any]:
    """Return one entry of ``DATABASES``: SQLite at ``default_path`` without a ``url``, else what the URL names.

    ``pool_size`` connections at most are kept per process; with 0 each thread keeps its own, and nothing is asked of
    the server that PgBouncer couldn't hand on. PostgreSQL shows ``process`` as ``application_name``.
    Raises ImproperlyConfigured for anything but SQLite and PostgreSQL.
    """
    try:
        config: dict[str, Any] = {**dj_database_url.parse(url or f"sqlite:///{quote(str(default_path))}")}
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL can't be read; write postgresql://user:password@host/name.") from error
    match config["ENGINE"]:
        case "django.db.backends.sqlite3":
            return config | {"CONN_MAX_AGE": None, "OPTIONS": SQLITE_OPTIONS | config.get("OPTIONS", {})}
        case "django.db.backends.postgresql":
            return config | _postgresql(config.get("OPTIONS", {}), _size(pool_size), process)
    raise ImproperlyConfigured("DATABASE_URL names a database this system doesn't know; use sqlite or postgresql.")


def replica_from(url: str, primary: dict[str, Any], *, pool_size: str, process: str) -> dict[str, dict[str, Any]]:
    """Return ``DATABASES`` of a process that reads from a replica or else from the primary: neither is waited for long.

    Raises ImproperlyConfigured for anything but PostgreSQL.
    """
    replica = database_from(url, default_path=Path("unused"), pool_size=pool_size, process=process)
    if not (replica["ENGINE"].endswith("postgresql") and primary["ENGINE"].endswith("postgresql")):
        raise ImproperlyConfigured("DATABASE_REPLICA_URL must name a replica of the PostgreSQL in DATABASE_URL.")
    return {"default": _impatient(primary), "replica": _impatient(replica) | {"TEST": {"MIRROR": "default"}}}


def _impatient(config: dict[str, Any]) -> dict[str, Any]:
    options = config["OPTIONS"] | {"connect_timeout": 2}
    if "pool" in options:
        options["pool"] = options["pool"] | {"timeout": 2}
    return config | {"OPTIONS": options}


def _postgresql(options: dict[str, Any], size: int, process: str) -> dict[str, Any]:
    command = _command()
    options = POSTGRESQL_OPTIONS | {"application_name": f"{process} {command}".strip()} | options
    if not size:
        return {
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": options,
        }
    timeouts = {"options": _TIMEOUTS[command]} if command in _TIMEOUTS else {}
    pool = {"pool": _POOL | {"max_size": size}}
    return {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": timeouts | options | pool}


def _command() -> str:
    """Return what this process does: ``serve``, a command of ``manage``, or nothing we know."""
    program = Path(sys.argv[0])
    if "granian" in program.parts[-2:] or program.name == "serve.py":
        return "serve"
    return sys.argv[1] if program.name == "manage.py" and len(sys.argv) > 1 else ""


def _size(text: str) -> int:
    """Return the size of the pool; ImproperlyConfigured for one in which a worker would wait for itself."""
    size = int(text) if text.isdecimal() else -1
    if size == 0 or size >= SMALLEST_POOL:
        return size
    raise ImproperlyConfigured(f"DATABASE_POOL_SIZE must be 0 (no pool) or at least {SMALLEST_POOL}.")
