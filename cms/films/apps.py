"""How is the app of films called?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilmsConfig(AppConfig):
    name = "cms.films"
    label = "films"
    verbose_name = _("Films")
    default_auto_field = "django.db.models.BigAutoField"
