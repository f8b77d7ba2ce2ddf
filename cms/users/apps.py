"""How is the app of staff called?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "cms.users"
    label = "users"
    verbose_name = _("Staff")
    default_auto_field = "django.db.models.BigAutoField"
