"""How is the app of pictures called?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArtworkConfig(AppConfig):
    name = "cms.artwork"
    label = "artwork"
    verbose_name = _("Pictures")
    default_auto_field = "django.db.models.BigAutoField"
