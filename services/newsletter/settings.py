"""What does the newsletter service run on? Plain values from the environment; without any, the embedded default."""

from pathlib import Path

from foundation.configuration import database_from, env, logging_from, queue_from, storages_from

HERE = Path(__file__).resolve().parent

ENVIRONMENT = env("ENVIRONMENT", "embedded")
DEPLOYABLE = "newsletter"
DATA_DIR = Path(env("DATA_DIR", "var"))
EMBEDDED_SECRET_KEY = "embedded-only-never-in-production"  # noqa: S105
SECRET_KEY = env("SECRET_KEY", EMBEDDED_SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")

# Addresses: who we are, whom we ask, where readers go
NEWSLETTER_URL = env("NEWSLETTER_URL", "http://127.0.0.1:8002").rstrip("/")
EDITING_URL = env("EDITING_URL", "http://127.0.0.1:8000").rstrip("/")
DELIVERY_URL = env("DELIVERY_URL", "http://127.0.0.1:8001").rstrip("/")
DELIVERY_PUBLIC_URL = env("DELIVERY_PUBLIC_URL", DELIVERY_URL).rstrip("/")  # pictures in mails
READER_URL = env("READER_URL", "http://127.0.0.1:8080").rstrip("/")  # links to tools in mails

# Keys and secrets shared with the CMS
NEWSLETTER_KEY = env("NEWSLETTER_KEY", "")
METRICS_KEY = env("METRICS_KEY", "")
METRICS_DIR = env("PROMETHEUS_MULTIPROC_DIR", "")  # where several processes of one server count together
NEWSLETTER_WEBHOOK_SECRET = env("NEWSLETTER_WEBHOOK_SECRET", "")
CMS_WEBHOOK_SECRET = env("CMS_WEBHOOK_SECRET", "")
WEBHOOK_SOURCES = {"cms": CMS_WEBHOOK_SECRET}
QUEUE_URL = queue_from(env("QUEUE_URL"))
HEALTH_ADDRESS = env("HEALTH_ADDRESS", "127.0.0.1")  # where workers answer for their health
EVENT_ENDPOINTS = "services.newsletter.campaigns.endpoints.endpoints_for"

# Mail
SMTP_URL = env("SMTP_URL", "smtp://127.0.0.1:8026")
SMTP_CONNECTIONS = int(env("SMTP_CONNECTIONS", "4"))
SENDING_SHARDS = int(env("SENDING_SHARDS", "4" if env("QUEUE_URL") else "1"))  # workers on one campaign at once
SMTP_TIMEOUT_S = float(env("SMTP_TIMEOUT_S", "60"))
MAIL_FROM = env("MAIL_FROM", "Make-IT-Safe <newsletter@make-it-safe.example>")
ORGANISATION = env("ORGANISATION", "Make-IT-Safe · ECPAT Belgium")
# Keys the hashes of suppressed addresses; outlives every SECRET_KEY, for with another one nobody would be suppressed.
EMBEDDED_ADDRESS_HASH_KEY = "embedded-only"
ADDRESS_HASH_KEY = env("ADDRESS_HASH_KEY", EMBEDDED_ADDRESS_HASH_KEY)

JOURNAL_DIR = DATA_DIR / "journal"

INSTALLED_APPS = [
    "foundation.jobs",
    "foundation.events",
    "services.newsletter.lists",
    "services.newsletter.campaigns",
    "services.newsletter.sending",
    "services.newsletter.pages",
    "django.contrib.staticfiles",
]
# No sessions and no CSRF cookie: nobody logs in here, and a token in the address or the form is the only authority.
MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.metrics.middleware.MetricsMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "services.newsletter.urls"
WSGI_APPLICATION = "services.newsletter.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"builtins": ["django.templatetags.i18n", "django.templatetags.static"]},
    }
]

DATABASES = {
    "default": database_from(
        env("DATABASE_URL"),
        default_path=DATA_DIR / "newsletter.sqlite3",
        pool_size=env("DATABASE_POOL_SIZE", "8"),
        process=DEPLOYABLE,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # The sending ledger claims before it sends: a claim lost in a power cut would be a mail sent twice.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"]["OPTIONS"],
        "init_command": DATABASES["default"]["OPTIONS"]["init_command"] + " PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = storages_from(env("STORAGE_URL"), data_dir=DATA_DIR) | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # few files, no collectstatic
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("nl", "Nederlands"), ("de", "Deutsch"), ("ar", "العربية")]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["services.newsletter.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

LOGGING = logging_from(env("LOG_FORMAT", "text"), process="newsletter")
