"""How does a URL become an entry of ``DATABASES``?"""

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


def database_from(url: str | None, *, default_path: Path) -> dict[str, Any]:
    """Return one entry of ``DATABASES``: SQLite at ``default_path`` without a ``url``, else what the URL names.

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
            return config | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    raise ImproperlyConfigured("DATABASE_URL names a database this system doesn't know; use sqlite or postgresql.")
