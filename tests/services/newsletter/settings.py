"""Which settings do the newsletter's tests run on? Its own, with keys, and a database other processes can open."""

import os
from base64 import b64encode

from services.newsletter.settings import *  # noqa: F403
from services.newsletter.settings import DATA_DIR, DATABASES


def webhook_secret(words: str) -> str:
    """Return ``words`` as a secret of Standard Webhooks."""
    return f"whsec_{b64encode(words.encode()).decode()}"


SECRET_KEY = "only for tests"
NEWSLETTER_KEY = "the CMS's key in tests"
NEWSLETTER_WEBHOOK_SECRET = webhook_secret("the newsletter tells the CMS")
CMS_WEBHOOK_SECRET = webhook_secret("the CMS tells the newsletter")
WEBHOOK_SOURCES = {"cms": CMS_WEBHOOK_SECRET}
EDITING_URL = "http://127.0.0.1:9"  # nobody listens there: events wait in the outbox
SMTP_URL = os.environ.get("SMTP_URL", "smtp://127.0.0.1:9")
SMTP_TIMEOUT_S = 5.0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
