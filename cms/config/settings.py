"""How is the CMS configured? Plain values from the environment; without any, SQLite and files below ``DATA_DIR``.

``CMS_ROLE`` chooses the process: ``editing`` (Wagtail, for staff) or ``delivery`` (the partner API, without Wagtail).
"""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.config import policies
from foundation.configuration import (
    browser_storage_from,
    database_from,
    env,
    logging_from,
    mail_from,
    queue_from,
    replica_from,
    storages_from,
)

ROOT = Path(__file__).resolve().parents[2]

INSECURE_SECRET_KEY = "insecure: only for a machine that nobody else reaches"  # noqa: S105

# The process
ENVIRONMENT = env("ENVIRONMENT", "embedded")
DEPLOYABLE = "cms"
CMS_ROLE = env("CMS_ROLE", "editing")
IS_EDITING = CMS_ROLE == "editing"
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
SECRET_KEY = env("SECRET_KEY", INSECURE_SECRET_KEY)
DATA_DIR = Path(env("DATA_DIR", "var"))
LOGGING = logging_from(env("LOG_FORMAT", "text"), process=CMS_ROLE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
WSGI_APPLICATION = "cms.config.wsgi.application"

# Addresses
EDITING_URL = env("EDITING_URL", "http://127.0.0.1:8000")
DELIVERY_URL = env("DELIVERY_URL", "http://127.0.0.1:8001")
NEWSLETTER_URL = env("NEWSLETTER_URL", "http://127.0.0.1:8002")
TRANSCODER_URL = env("TRANSCODER_URL", "http://127.0.0.1:8003")
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [EDITING_URL]
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))  # how many of our own stand between the visitor and this process

# What is kept
_POOL_SIZE = env("DATABASE_POOL_SIZE", "8")
_PROCESS = f"{DEPLOYABLE} {CMS_ROLE}"
DATABASES = {
    "default": database_from(
        env("DATABASE_URL"), default_path=DATA_DIR / "cms.sqlite3", pool_size=_POOL_SIZE, process=_PROCESS
    )
}
DATABASE_REPLICA_URL = "" if IS_EDITING else env("DATABASE_REPLICA_URL")  # read by the delivery process alone
if DATABASE_REPLICA_URL:
    DATABASES = replica_from(DATABASE_REPLICA_URL, DATABASES["default"], pool_size=_POOL_SIZE, process=_PROCESS)
    DATABASE_ROUTERS = ["cms.delivery.replica.Router"]
STORAGES = storages_from(env("STORAGE_URL"), data_dir=DATA_DIR)
STORAGE_BROWSER_URL = browser_storage_from(env("STORAGE_BROWSER_URL"), store=STORAGES["private"])
MEDIA_URL = "/media/"  # the private store, for logged-in staff only
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static" / "cms" if IS_PRODUCTION else None  # filled by collectstatic
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_MANIFEST_STRICT = IS_PRODUCTION
if not IS_PRODUCTION:  # no collectstatic is needed: files are found where they lie
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Languages: content, then what the admin speaks
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("nl", _("Dutch")), ("de", _("German")), ("ar", _("Arabic"))]
FORMAT_MODULE_PATH = "cms.config.formats"
LOCALE_PATHS = [ROOT / "cms" / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_I18N = USE_TZ = True

# Background work and events
QUEUE_URL = queue_from(env("QUEUE_URL"))
HEALTH_ADDRESS = env("HEALTH_ADDRESS", "127.0.0.1")  # where workers answer for their health
EVENT_ENDPOINTS = "cms.partners.queries.endpoints_for"
WEBHOOK_SOURCES = {
    "transcoder": env("TRANSCODER_WEBHOOK_SECRET", ""),
    "newsletter": env("NEWSLETTER_WEBHOOK_SECRET", ""),
}
CMS_WEBHOOK_SECRET = env("CMS_WEBHOOK_SECRET", "")
TRANSCODER_KEY = env("TRANSCODER_KEY", "")
NEWSLETTER_KEY = env("NEWSLETTER_KEY", "")
METRICS_KEY = env("METRICS_KEY", "")
METRICS_DIR = env("PROMETHEUS_MULTIPROC_DIR", "")  # where several processes of one server count together
TASKS = {"default": {"BACKEND": "foundation.jobs.tasks.LedgerBackend"}}
FILM_MAX_BYTES = int(env("FILM_MAX_BYTES", str(16 * 1024**3)))  # the biggest film file staff may upload

# Partners within our own network, which webhooks may call there; all others must be reached from outside
INNER_PARTNER_HOSTS = frozenset(filter(None, env("INNER_PARTNER_HOSTS").split(",")))

# The partner API: requests per minute and address, or per key unless the key says otherwise
API_REQUESTS_PER_MINUTE = int(env("API_REQUESTS_PER_MINUTE", "600"))
API_KEY_REQUESTS_PER_MINUTE = int(env("API_KEY_REQUESTS_PER_MINUTE", "6000"))

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_NAME = "makeitsafe_session"
CSRF_COOKIE_HTTPONLY = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # the preview of a page is shown in a frame
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a long comic has many fields
CONTENT_SECURITY_POLICY = policies.editing_policy(films_to=STORAGE_BROWSER_URL) if IS_EDITING else policies.DELIVERY

SPECTACULAR_SETTINGS = {"OAS_VERSION": "3.1.1", "POSTPROCESSING_HOOKS": []}

# Staff
AUTH_USER_MODEL = "users.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"

# Wagtail: calls nobody outside, mounts no API of its own
WAGTAIL_SITE_NAME = "Make-IT-Safe"
WAGTAILADMIN_BASE_URL = EDITING_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILIMAGES_IMAGE_MODEL = "artwork.Artwork"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.artwork.forms.ArtworkForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40 * 1024 * 1024
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
PASSWORD_RESET_TIMEOUT = 86_400
WAGTAILDOCS_SERVE_METHOD = "serve_view"  # whatever the store: Wagtail asks who may see the collection
WAGTAIL_PASSWORD_RESET_ENABLED = bool(env("SMTP_URL", ""))

# Mails to staff: a forgotten password, a workflow that waits for somebody
globals().update(mail_from(env("SMTP_URL", "")))
DEFAULT_FROM_EMAIL = env("MAIL_FROM", "Make-IT-Safe <news@make-it-safe.example>")

_EDITING_APPS = [
    "cms.config.apps.ConfigurationConfig",
    "cms.users",
    "cms.taxonomy",
    "cms.releases",  # before wagtail: its publish_scheduled is the one that runs
    "cms.artwork",
    "cms.films",
    "cms.library",
    "cms.newsroom",
    "cms.partners",
    "foundation.events",
    "foundation.jobs",
    "wagtail.contrib.simple_translation",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",  # Wagtail needs it; nothing here uses it
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.embeds",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
_DELIVERY_APPS = [
    "cms.config.apps.ConfigurationConfig",
    "cms.releases",
    "cms.partners",
    "cms.delivery",
    "rest_framework",
]
INSTALLED_APPS = _EDITING_APPS if IS_EDITING else _DELIVERY_APPS

_EDITING_MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.metrics.middleware.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.releases.middleware.GateMiddleware",
]
_DELIVERY_MIDDLEWARE = [
    "foundation.web.middleware.RequestIdMiddleware",
    "foundation.web.metrics.middleware.MetricsMiddleware",
    "cms.delivery.middleware.CrossOriginMiddleware",
    "foundation.web.middleware.SecurityHeadersMiddleware",
]
if DATABASE_REPLICA_URL:
    _DELIVERY_MIDDLEWARE.append("cms.delivery.replica.ReplicaMiddleware")
MIDDLEWARE = _EDITING_MIDDLEWARE if IS_EDITING else _DELIVERY_MIDDLEWARE
ROOT_URLCONF = "cms.config.urls_editing" if IS_EDITING else "cms.config.urls_delivery"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS if IS_EDITING else []},
    }
]

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": None,
    "EXCEPTION_HANDLER": "cms.delivery.errors.as_problem",
}
