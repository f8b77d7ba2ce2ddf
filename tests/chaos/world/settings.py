"""What does the world of chaos run on? The engines the tests started; ``ROLE`` tells its receiver from its workers."""

import os
from pathlib import Path

from foundation.configuration import database_from, logging_from, queue_from, storages_from

DEPLOYABLE = "world"
DATA_DIR = Path(os.environ["DATA_DIR"])
SECRET_KEY = "only for tests"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["foundation.jobs", "foundation.events", "tests.chaos.world"]
DATABASES = {"default": database_from(os.environ["DATABASE_URL"], default_path=DATA_DIR / "never.sqlite3")}
STORAGES = storages_from(os.environ["STORAGE_URL"], data_dir=DATA_DIR)
QUEUE_URL = queue_from(os.environ.get("QUEUE_URL"))
HEALTH_ADDRESS = "127.0.0.1"
METRICS_KEY = ""
LOGGING = logging_from("json", process="world")
MIDDLEWARE = ["foundation.web.middleware.RequestIdMiddleware"]
ROOT_URLCONF = "tests.chaos.world.urls"
HOOKS_URL = os.environ.get("HOOKS_URL", "")
HOOKS_SECRET = os.environ["HOOKS_SECRET"]
WEBHOOK_SOURCES = {"world": HOOKS_SECRET, "newsletter": HOOKS_SECRET}
EVENT_ENDPOINTS = "tests.chaos.world.endpoints.endpoints_for"
