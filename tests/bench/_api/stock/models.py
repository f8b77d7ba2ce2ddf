"""What does a tool look like in a stock Wagtail?"""

from django.db import models
from wagtail.api import APIField
from wagtail.models import Page


class ToolPage(Page):  # type: ignore[misc]
    """The same content as a release's payload, exposed field by field."""

    summary = models.TextField()
    credit = models.CharField(max_length=255)
    licence = models.JSONField()
    themes = models.JSONField()
    cover = models.JSONField()
    comic = models.JSONField()

    api_fields = [APIField(name) for name in ("summary", "credit", "licence", "themes", "cover", "comic")]
