"""How does Django know the job ledger?"""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules, import_string


class JobsConfig(AppConfig):
    name = "foundation.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load each app's ``jobs.py``, and the backend of Wagtail's tasks where one is configured."""
        autodiscover_modules("jobs")
        import_module("foundation.jobs.checks")
        for backend in getattr(settings, "TASKS", {}).values():
            import_string(backend["BACKEND"])
