"""Where may the pages of staff send anything?"""

from typing import Any

import pytest

from cms.config.checks import production_is_safe
from cms.config.policies import editing_policy


def test_without_an_s3_store_pages_send_to_their_own_site_only() -> None:
    directives = dict(each.strip().split(" ", 1) for each in editing_policy(films_to="").split(";"))

    assert "connect-src" not in directives
    assert directives["default-src"] == "'self'"


def test_with_one_they_may_send_there_too_and_nowhere_else() -> None:
    policy = editing_policy(films_to="https://uploads.example.org")

    assert policy.removeprefix(editing_policy(films_to="")) == "; connect-src 'self' https://uploads.example.org"


@pytest.mark.parametrize(
    ("address", "role", "is_refused"),
    [
        ("http://seaweedfs:8333", "editing", True),
        ("http://seaweedfs:8333", "delivery", False),
        ("https://uploads.example.org", "editing", False),
        ("", "editing", False),
    ],
)
def test_production_refuses_an_address_no_page_could_send_to(
    settings: Any, address: str, role: str, is_refused: bool
) -> None:
    for name, value in {"ENVIRONMENT": "production", "CMS_ROLE": role, "STORAGE_BROWSER_URL": address}.items():
        setattr(settings, name, value)

    assert ("config.E008" in {message.id for message in production_is_safe(None)}) is is_refused
