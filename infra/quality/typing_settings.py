"""Which settings do the type checker see? One project with the apps and the settings of all three deployables.

Nothing runs on these settings.
"""
# mypy: ignore-errors
# ruff: noqa: F403, I001 - of a setting that several have, the checker takes the type it meets first

from services.newsletter import settings as newsletter
from services.newsletter.settings import *
from services.media_transcoder import settings as transcoder
from services.media_transcoder.settings import *
from cms.config import settings as cms
from cms.config.settings import *

INSTALLED_APPS = list(
    dict.fromkeys(
        [*cms.INSTALLED_APPS, "cms.delivery", "rest_framework", *transcoder.INSTALLED_APPS, *newsletter.INSTALLED_APPS]
    )
)
AUTH_USER_MODEL = cms.AUTH_USER_MODEL
TEMPLATES = cms.TEMPLATES
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
