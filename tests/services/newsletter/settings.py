"""Which settings do the newsletter's tests run on? Its own, with keys, and a database other processes can open."""

import os

from services.newsletter.settings import *  # noqa: F403
from services.newsletter.settings import DATA_DIR, DATABASES

SECRET_KEY = "only for tests"
NEWSLETTER_KEY = "the CMS's key in tests"
NEWSLETTER_WEBHOOK_SECRET = "whsec_bmV3c2xldHRlciB0ZWxscyB0aGUgQ01TIHNvIQ=="
CMS_WEBHOOK_SECRET = "whsec_dGhlIENNUyB0ZWxscyB0aGUgbmV3c2xldHRlcg=="
WEBHOOK_SOURCES = {"cms": CMS_WEBHOOK_SECRET}
EDITING_URL = "http://127.0.0.1:9"  # nobody listens there: events wait in the outbox
SMTP_URL = os.environ.get("SMTP_URL", "smtp://127.0.0.1:9")
SMTP_TIMEOUT_S = 5.0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
