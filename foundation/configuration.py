"""How do plain values from the environment become Django settings?

Settings modules import this before Django is configured: nothing here touches settings, models or the environment.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,  # seconds a writer waits for another
    "transaction_mode": "IMMEDIATE",  # a transaction that will write takes the lock at once, so it can't deadlock later
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
QUIET_LOGGERS = ("django.server", "django_tasks", "httpx", "httpcore", "asyncio", "PIL", "MARKDOWN")


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


def storages_from(url: str | None, *, data_dir: Path) -> dict[str, Any]:
    """Return ``STORAGES``: ``default`` is the private store; ``url`` is a ``file://`` folder holding both stores."""
    parts = urlsplit(url or f"file://{(data_dir / 'storage').absolute()}")
    if parts.scheme != "file" or parts.netloc or not parts.path:
        raise ImproperlyConfigured("STORAGE_URL must be a folder: file:///path/to/storage.")
    root = Path(unquote(parts.path))
    private = _file_store(root / "private", file_mode=0o600, directory_mode=0o700)
    return {
        "default": private,
        "private": private,
        "public": _file_store(root / "public", file_mode=0o644, directory_mode=0o755, base_url="/files/"),
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }


def _file_store(location: Path, *, file_mode: int, directory_mode: int, base_url: str | None = None) -> dict[str, Any]:
    return {
        "BACKEND": "foundation.storage.files.FileStore",
        "OPTIONS": {
            "location": str(location),
            "base_url": base_url,
            "file_permissions_mode": file_mode,
            "directory_permissions_mode": directory_mode,
        },
    }


def mail_from(url: str | None) -> dict[str, Any]:
    """Return the ``EMAIL_…`` settings for ``smtp://[user:password@]host[:port]`` (``smtps://``: TLS from the start).

    Without a ``url`` no mail leaves, and none is written to a log.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("SMTP_URL can't be read; write smtp://user:password@host:587.")
    is_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_USE_TLS": bool(parts.username) and not is_tls,  # a password never travels in clear
        "EMAIL_TIMEOUT": 10,
    }


def logging_from(fmt: str, *, process: str) -> dict[str, Any]:
    """Return ``LOGGING``: one line per record on standard error, ``fmt`` being ``text`` or ``json``.

    Whatever a call passes as ``extra`` becomes a field of the line; the request id is added by itself.
    """
    formatters = {"text": "foundation.web.logs.TextFormatter", "json": "foundation.web.logs.JsonFormatter"}
    if fmt not in formatters:
        raise ImproperlyConfigured("LOG_FORMAT must be text or json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatters[fmt], "process": process}},
        "filters": {"without_paths": {"()": "foundation.web.logs.WithoutPaths"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_paths"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            **{name: {"handlers": [], "level": "WARNING", "propagate": True} for name in QUIET_LOGGERS},
        },
    }
