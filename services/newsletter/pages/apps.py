"""The app of the readers' pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "services.newsletter.pages"
    label = "reader_pages"
