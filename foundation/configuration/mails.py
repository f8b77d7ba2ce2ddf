"""How does a URL become the ``EMAIL_…`` settings?"""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


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
