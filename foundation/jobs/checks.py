"""What should whoever runs a production know about its background work? Checked at boot."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from foundation.jobs.dispatch import queue_url


@register()
def production_has_a_queue(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn, and not refuse: without a queue nothing is lost, and taking a broken one away is a way out at night."""
    if getattr(settings, "ENVIRONMENT", "") != "production" or queue_url():
        return []
    text = "QUEUE_URL is empty: every lane of every worker asks the database four times a second."
    return [Warning(text, hint="Set QUEUE_URL to a RabbitMQ or a Redis.", id="jobs.W001")]
