"""How is the app of releases called, and what does it listen to?"""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "cms.releases"
    label = "releases"
    verbose_name = _("Releases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to Wagtail where it is installed: the delivery process has none."""
        if apps.is_installed("wagtail"):
            from cms.releases import receivers  # noqa: F401
