"""Which environment does each process of an instance get?

The settings of the deployables read these names and nothing else; in production the same names are set by other means.
"""

import os

from infra.local.engines import engines_of
from infra.local.places import LOOPBACK, ROOT, Place, address
from infra.local.secrets import Secrets

# Of the person's own environment only what a program needs to run: no DATABASE_URL of another project slips in.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TERM",
    "FFMPEG",
    "FFMPEG_THREADS",
    "LD_LIBRARY_PATH",
)

MAIL_FROM = "Make-IT-Safe <news@make-it-safe.example>"


def _deployable(place: Place, name: str) -> dict[str, str]:
    return _shared(place) | engines_of(place, name)


def _shared(place: Place) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in PASSED_ON} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc keeps one heap per thread otherwise: tens of megabytes for nothing
        "MALLOC_TRIM_THRESHOLD_": "65536",
        "ENVIRONMENT": "embedded",
        "DATA_DIR": str(place.data),
        "LOG_FORMAT": "text",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "EDITING_URL": address(place.ports.editing),
        "DELIVERY_URL": address(place.ports.delivery),
        "NEWSLETTER_URL": address(place.ports.newsletter),
        "TRANSCODER_URL": address(place.ports.transcoder),
    }


def _cms(place: Place, secrets: Secrets, role: str) -> dict[str, str]:
    return _deployable(place, "cms") | {
        "CMS_ROLE": role,
        "SECRET_KEY": secrets.cms_secret_key,
        "TRANSCODER_KEY": secrets.transcoder_key,
        "NEWSLETTER_KEY": secrets.newsletter_key,
        "TRANSCODER_WEBHOOK_SECRET": secrets.transcoder_webhook_secret,
        "NEWSLETTER_WEBHOOK_SECRET": secrets.newsletter_webhook_secret,
        "CMS_WEBHOOK_SECRET": secrets.cms_webhook_secret,
        "SMTP_URL": f"smtp://{LOOPBACK}:{place.ports.smtp}",
        "MAIL_FROM": MAIL_FROM,
    }


def cms_environment(place: Place, secrets: Secrets) -> dict[str, str]:
    return _cms(place, secrets, "editing")


def delivery_environment(place: Place, secrets: Secrets) -> dict[str, str]:
    return _cms(place, secrets, "delivery")


def newsletter_environment(place: Place, secrets: Secrets) -> dict[str, str]:
    return _deployable(place, "newsletter") | {
        "SECRET_KEY": secrets.newsletter_secret_key,
        "ADDRESS_HASH_KEY": secrets.address_hash_key,
        "NEWSLETTER_KEY": secrets.newsletter_key,
        "NEWSLETTER_WEBHOOK_SECRET": secrets.newsletter_webhook_secret,
        "CMS_WEBHOOK_SECRET": secrets.cms_webhook_secret,
        "SMTP_URL": f"smtp://{LOOPBACK}:{place.ports.smtp}",
        "MAIL_FROM": MAIL_FROM,
        "READER_URL": address(place.ports.partner_site),
    }


def transcoder_environment(place: Place, secrets: Secrets) -> dict[str, str]:
    return _deployable(place, "transcoder") | {
        "SECRET_KEY": secrets.transcoder_secret_key,
        "TRANSCODER_KEY": secrets.transcoder_key,
        "TRANSCODER_WEBHOOK_SECRET": secrets.transcoder_webhook_secret,
    }


def site_environment(place: Place, secrets: Secrets) -> dict[str, str]:
    """Return the environment of the small sites: they get their addresses as arguments and no secret of the others."""
    kept = ("DATA_DIR", "LOG_FORMAT", "PYTHON", "MALLOC")
    shared = _shared(place)
    return {name: value for name, value in shared.items() if name in PASSED_ON or name.startswith(kept)}
