"""How does Django know the orders, and what must a production have?"""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class OrdersConfig(AppConfig):
    name = "services.media_transcoder.orders"
    label = "orders"

    def ready(self) -> None:
        register(production_is_configured)


def production_is_configured(**_: object) -> list[CheckMessage]:
    """Refuse a production that runs on the embedded default's values."""
    if settings.ENVIRONMENT != "production":
        return []
    wanting = {
        "SECRET_KEY": settings.SECRET_KEY == settings.EMBEDDED_SECRET_KEY,
        "DATABASE_URL": settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        "TRANSCODER_KEY": not settings.TRANSCODER_KEY,
        "TRANSCODER_WEBHOOK_SECRET": not settings.TRANSCODER_WEBHOOK_SECRET,
    }
    return [
        Error(f"Set {name} for a production.", id="orders.E001") for name, is_wanting in wanting.items() if is_wanting
    ]
