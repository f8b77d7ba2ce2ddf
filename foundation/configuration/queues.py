"""Which queue delivers the ids of jobs?"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_SCHEMES = ("amqp", "amqps", "redis", "rediss")


def queue_from(url: str | None) -> str:
    """Return ``QUEUE_URL`` as it may be used: of a RabbitMQ or a Redis, or empty where workers ask the database.

    Raises ImproperlyConfigured for anything else.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_known = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or True)
    except ValueError:
        is_known = False
    if not is_known:
        raise ImproperlyConfigured(
            "QUEUE_URL can't be read; write amqp://user:password@host/vhost or redis://host/0 (or amqps, rediss)."
        )
    return url
