"""The transcoder's own settings with keys of the tests and a database that other processes read, too."""

from foundation.configuration import env
from services.media_transcoder.settings import *  # noqa: F403
from services.media_transcoder.settings import DATA_DIR, DATABASES

TRANSCODER_KEY = "a key of the tests"
TRANSCODER_WEBHOOK_SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMhIQ=="
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
FILM_CHUNK_S = float(env("TEST_CHUNK_S", "60"))
