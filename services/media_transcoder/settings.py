"""What does the transcoder run on? Plain values from the environment; without any, the embedded default."""

import os
from pathlib import Path

from foundation.configuration import database_from, logging_from, storages_from

ENVIRONMENT = os.environ.get("ENVIRONMENT", "embedded")
DATA_DIR = Path(os.environ.get("DATA_DIR", "var"))
EMBEDDED_SECRET_KEY = "embedded-only-never-in-production"  # noqa: S105
SECRET_KEY = os.environ.get("SECRET_KEY", EMBEDDED_SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")

EDITING_URL = os.environ.get("EDITING_URL", "http://127.0.0.1:8000").rstrip("/")
TRANSCODER_KEY = os.environ.get("TRANSCODER_KEY", "")
TRANSCODER_WEBHOOK_SECRET = os.environ.get("TRANSCODER_WEBHOOK_SECRET", "")
EVENT_ENDPOINTS = "services.media_transcoder.orders.endpoints.endpoints_for"

FFMPEG = os.environ.get("FFMPEG", "")  # empty: the static build that comes with the Python packages
FFMPEG_THREADS = int(os.environ.get("FFMPEG_THREADS", "0"))  # of each encoder; 0: as many as suit the machine
WORK_DIR = DATA_DIR / "transcoding"

INSTALLED_APPS = [
    "foundation.jobs",
    "foundation.events",
    "services.media_transcoder.orders",
]
MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "services.media_transcoder.urls"
WSGI_APPLICATION = "services.media_transcoder.wsgi.application"

DATABASES = {"default": database_from(os.environ.get("DATABASE_URL"), default_path=DATA_DIR / "transcoder.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = storages_from(os.environ.get("STORAGE_URL"), data_dir=DATA_DIR)

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = logging_from(os.environ.get("LOG_FORMAT", "text"), process="transcoder")
