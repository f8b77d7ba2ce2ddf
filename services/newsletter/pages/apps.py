"""The app of the readers' pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "services.newsletter.pages"
    label = "reader_pages"

    def ready(self) -> None:
        """Register the checks of the whole service: this is its topmost app."""
        from services.newsletter import checks  # noqa: F401
