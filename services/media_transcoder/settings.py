"""What does the transcoder run on? Plain values from the environment; without any, the embedded default."""

from pathlib import Path

from foundation.configuration import database_from, env, logging_from, queue_from, storages_from

ENVIRONMENT = env("ENVIRONMENT", "embedded")
DEPLOYABLE = "transcoder"
DATA_DIR = Path(env("DATA_DIR", "var"))
EMBEDDED_SECRET_KEY = "embedded-only-never-in-production"  # noqa: S105
SECRET_KEY = env("SECRET_KEY", EMBEDDED_SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")

EDITING_URL = env("EDITING_URL", "http://127.0.0.1:8000").rstrip("/")
TRANSCODER_KEY = env("TRANSCODER_KEY", "")
METRICS_KEY = env("METRICS_KEY", "")
METRICS_DIR = env("PROMETHEUS_MULTIPROC_DIR", "")  # where several processes of one server count together
TRANSCODER_WEBHOOK_SECRET = env("TRANSCODER_WEBHOOK_SECRET", "")
QUEUE_URL = queue_from(env("QUEUE_URL"))
HEALTH_ADDRESS = env("HEALTH_ADDRESS", "127.0.0.1")  # where workers answer for their health
EVENT_ENDPOINTS = "services.media_transcoder.orders.endpoints.endpoints_for"

FFMPEG = env("FFMPEG", "")  # empty: the static build that comes with the Python packages
FFMPEG_THREADS = int(env("FFMPEG_THREADS", "0"))  # of each encoder; 0: as many as suit the machine
FILM_CHUNK_S = 60.0  # decides where long films are cut, so it is the same everywhere and not from the environment
WORK_DIR = DATA_DIR / "transcoding"

INSTALLED_APPS = [
    "foundation.jobs",
    "foundation.events",
    "services.media_transcoder.orders",
]
MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.metrics.middleware.MetricsMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "services.media_transcoder.urls"
WSGI_APPLICATION = "services.media_transcoder.wsgi.application"

DATABASES = {
    "default": database_from(
        env("DATABASE_URL"),
        default_path=DATA_DIR / "transcoder.sqlite3",
        pool_size=env("DATABASE_POOL_SIZE", "8"),
        process=DEPLOYABLE,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = storages_from(env("STORAGE_URL"), data_dir=DATA_DIR)

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = logging_from(env("LOG_FORMAT", "text"), process="transcoder")
