"""How is the configuration itself an app? It brings templates, styles and the checks at boot."""

from django.apps import AppConfig
from django.conf import settings


class ConfigurationConfig(AppConfig):
    name = "cms.config"
    label = "config"

    def ready(self) -> None:
        """Register the boot checks, and make the folder of the data."""
        from cms.config import checks  # noqa: F401

        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
