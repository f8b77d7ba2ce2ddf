"""The app of campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "services.newsletter.campaigns"
    label = "campaigns"
