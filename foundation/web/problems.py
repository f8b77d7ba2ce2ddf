"""How does a refusal look to a program? (RFC 9457)"""

import json
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"


def problem(status: int, title: str, detail: str, *, type: str = "about:blank", **extra: Any) -> HttpResponse:
    """Return ``application/problem+json``; ``detail`` says what the caller can do, ``extra`` are further members."""
    body = {"type": type, "title": title, "status": status, "detail": detail, **extra}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
