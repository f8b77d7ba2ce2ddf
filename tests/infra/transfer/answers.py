"""What does the partner API answer about everything there is? Runs as the delivery process; prints answers as JSON."""

import hashlib
import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402 - Django must be set up first

from cms.releases.models import Release, ReleaseAsset  # noqa: E402

client = Client(SERVER_NAME="127.0.0.1")
paths = ["/v1/tools?locale=en", "/v1/changes?cursor=0", "/v1/issues"]
for tool, locale, number in Release.objects.order_by("pk").values_list("tool_id", "locale", "number"):
    paths += [f"/v1/tools/{tool}?locale={locale}", f"/v1/tools/{tool}/releases"]
    paths += [f"/v1/tools/{tool}/releases/{locale}/{number}"]
paths += [f"/files/{key}" for key in ReleaseAsset.objects.order_by("key").values_list("key", flat=True).distinct()]

found = {}
for path in paths:
    answer = client.get(path)
    content = b"".join(answer) if answer.streaming else answer.content
    found[path] = [answer.status_code, answer.headers.get("ETag", ""), hashlib.sha256(content).hexdigest()]
json.dump(found, sys.stdout)
