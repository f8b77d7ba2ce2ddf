"""Is each of the two processes what it says it is?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document

from foundation.storage import private_store, put
from tests.cms.factories import make_user

PROBE = """
import django, sys
django.setup()
from django.core.files.base import ContentFile
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
assert Client().get("/healthz").status_code == 200
assert Client().get("/v1/openapi.json").status_code == 200
print(sorted(name for name in ("wagtail", "foundation.jobs", "pillow_heif", "PIL", "httpx",
    "django.contrib.sessions", "drf_spectacular") if name in sys.modules))
"""


def test_the_delivery_process_loads_nothing_that_edits(tmp_path: Path, repository: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "CMS_ROLE": "delivery",
        "DJANGO_SETTINGS_MODULE": "cms.config.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_root_leads_to_the_admin(client: Client) -> None:
    response = client.get("/")

    assert (response.status_code, response["Location"]) == (302, reverse("wagtailadmin_home"))


def test_the_sign_in_page_is_ours_and_calls_nobody(client: Client, db: None) -> None:
    response = client.get(reverse("wagtailadmin_login"))

    page = response.content.decode()
    assert "config/admin.css" in page
    assert "config/logo.svg" in page
    assert "Sign in to Wagtail" not in page
    assert "gravatar" not in page
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/api/v2/pages/", "/api/v3/pages/", "/v1/tools", "/files/sha256/aa/a.jpg"])
def test_the_editing_process_mounts_no_api(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 404


def test_private_files_are_for_staff_only(client: Client, db: None) -> None:
    put(private_store(), "masters/film.mp4", [b"0123456789"])
    address = reverse("staff-media", args=["masters/film.mp4"])

    stranger = client.get(address)
    client.force_login(make_user("visitor", is_superuser=False))
    visitor = client.get(address)
    client.force_login(make_user())
    editor = client.get(address, headers={"Range": "bytes=0-3"})

    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("wagtailadmin_login"))
    assert visitor.status_code == 302
    assert (editor.status_code, editor.getvalue()) == (206, b"0123")
    assert "private" in editor["Cache-Control"]


def test_a_file_that_was_written_again_is_not_taken_for_the_old_one(client: Client, db: None) -> None:
    client.force_login(make_user())
    put(private_store(), "masters/again.mp4", [b"first"])
    address = reverse("staff-media", args=["masters/again.mp4"])
    tag = client.head(address)["ETag"]

    put(private_store(), "masters/again.mp4", [b"second one"])

    assert client.head(address, headers={"If-None-Match": tag}).status_code == 200


def test_health_and_webhooks_need_no_session(client: Client, db: None) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.post("/hooks/transcoder", data=b"{}", content_type="application/json").status_code == 401
    assert client.post("/hooks/unknown", data=b"{}", content_type="application/json").status_code == 404


def test_documents_are_for_staff_only(client: Client, db: None) -> None:
    document = Document.objects.create(title="Internal", file=ContentFile(b"for us", name="internal.txt"))
    address = reverse("wagtaildocs_serve", args=[document.pk, document.filename])

    stranger = client.get(address)
    client.force_login(make_user())
    editor = client.get(address)

    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("wagtailadmin_login"))
    assert editor.getvalue() == b"for us"
