"""Does a deployable load only what it needs? Memory is spent once per process."""

import os
import subprocess
import sys
from pathlib import Path

SLIM = """
from django.conf import settings
import django
settings.configure(INSTALLED_APPS=["foundation.jobs", "foundation.events"], MIDDLEWARE=[])
django.setup()
import foundation.events.views, foundation.jobs.worker, foundation.storage.serving, foundation.storage.parts
import foundation.web.checks, foundation.web.client, foundation.web.health, foundation.web.middleware
import sys
unwanted = ("boto3", "botocore", "celery", "django_tasks", "django_stubs_ext", "kombu", "wagtail", "httpx", "psycopg")
unwanted += ("prometheus_client",)
print([name for name in unwanted if name in sys.modules])
"""


def test_the_foundation_loads_without_wagtail_tasks_or_an_http_client(repository: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

    done = subprocess.run(
        [sys.executable, "-c", SLIM], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
