"""How are log lines written?"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

QUIET_LOGGERS = (
    *("django.server", "django_tasks", "httpx", "httpcore", "asyncio", "PIL", "MARKDOWN"),
    *("celery", "kombu", "amqp", "redis", "boto3", "botocore", "s3transfer", "urllib3", "psycopg"),
)


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
