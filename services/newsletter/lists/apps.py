"""The app of lists and subscribers."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "services.newsletter.lists"
    label = "lists"
