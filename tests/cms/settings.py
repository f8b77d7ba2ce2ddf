"""Which Django do the tests of the CMS run in? The editing process, and the API's views beside it."""

import base64

from cms.config.settings import *  # noqa: F403
from cms.config.settings import DATA_DIR, DATABASES, INSTALLED_APPS


def _secret(words: str) -> str:
    return "whsec_" + base64.b64encode(words.encode()).decode()


INSTALLED_APPS = [*INSTALLED_APPS, "cms.delivery", "rest_framework"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {
        "NAME": str(DATA_DIR / "test.sqlite3")
    }  # a file: other threads and processes read it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signing in is not what is tested
CMS_WEBHOOK_SECRET = _secret("the CMS signs with this in tests")
WEBHOOK_SOURCES = {
    "transcoder": _secret("the transcoder signs with this"),
    "newsletter": _secret("the newsletter signs with this"),
}
TRANSCODER_KEY = "key of the transcoder"
NEWSLETTER_KEY = "key of the newsletter service"
