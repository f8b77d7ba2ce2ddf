"""Which Django do the tests of the CMS run in? The editing process, and the API's views beside it."""

from cms.config.settings import *  # noqa: F403
from cms.config.settings import DATA_DIR, DATABASES, INSTALLED_APPS, STATIC_ROOT

INSTALLED_APPS = [*INSTALLED_APPS, "cms.delivery", "rest_framework"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {
        "NAME": str(DATA_DIR / "test.sqlite3")
    }  # a file: other threads and processes read it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signing in is not what is tested
CMS_WEBHOOK_SECRET = "whsec_dGhlIENNUyBzaWducyB3aXRoIHRoaXMgaW4gdGVzdHM="
WEBHOOK_SOURCES = {
    "transcoder": "whsec_dGhlIHRyYW5zY29kZXIgc2lnbnMgd2l0aCB0aGlzISE=",
    "newsletter": "whsec_dGhlIG5ld3NsZXR0ZXIgc2lnbnMgd2l0aCB0aGlzISE=",
}
TRANSCODER_KEY = "key of the transcoder"
NEWSLETTER_KEY = "key of the newsletter service"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
