"""The app of sending."""

from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "services.newsletter.sending"
    label = "sending"
