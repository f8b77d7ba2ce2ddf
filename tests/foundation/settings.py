"""Which Django do the foundation's tests run in? DATABASE_URL chooses a PostgreSQL, STORAGE_URL an S3 server."""

import os
from base64 import b64encode
from pathlib import Path

from foundation.configuration import database_from, logging_from, queue_from, storages_from

DEPLOYABLE = "example"
DATA_DIR = Path(os.environ["DATA_DIR"])
SECRET_KEY = "only for tests"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
INSTALLED_APPS = ["foundation.jobs", "foundation.events", "tests.foundation.example", "django_tasks"]
DATABASES = {
    "default": database_from(
        os.environ.get("DATABASE_URL"), default_path=DATA_DIR / "foundation.sqlite3", pool_size="8", process="example"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # a file: other processes read it too
STORAGES = storages_from(os.environ.get("STORAGE_URL"), data_dir=DATA_DIR)
LOGGING = logging_from("text", process="tests")
MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.metrics.middleware.MetricsMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
]
ROOT_URLCONF = "tests.foundation.example.urls"
EXAMPLE_KEY = "a key of the tests"
TASKS = {"default": {"BACKEND": "foundation.jobs.tasks.LedgerBackend"}}
WEBHOOK_SOURCES = {"sender": "whsec_" + b64encode(b"a secret of the tests").decode()}
QUEUE_URL = queue_from(os.environ.get("QUEUE_URL"))
HEALTH_ADDRESS = "127.0.0.1"  # where workers answer for their health
EVENT_ENDPOINTS = "tests.foundation.example.endpoints.endpoints_for"
