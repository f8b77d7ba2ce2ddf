"""Where do browsers send films, as the settings say it?"""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from foundation.configuration import browser_storage_from, storages_from

S3 = "s3://key:secret@seaweedfs:8333/films?tls=no"


def origin(url: str, *, storage_url: str = S3) -> str:
    return browser_storage_from(url, store=storages_from(storage_url, data_dir=Path("unused"))["private"])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "http://seaweedfs:8333"),
        ("https://uploads.example.org", "https://uploads.example.org"),
        ("https://Uploads.Example.org:8443/", "https://uploads.example.org:8443"),
        ("http://[::1]:8333", "http://[::1]:8333"),
    ],
)
def test_browsers_send_to_one_origin(url: str, expected: str) -> None:
    assert origin(url) == expected


def test_to_a_folder_nothing_is_sent_directly() -> None:
    assert origin("https://uploads.example.org", storage_url="file:///storage") == ""


@pytest.mark.parametrize(
    "url",
    [
        "uploads.example.org",
        "https://",
        "ftp://uploads.example.org",
        "https://uploads.example.org/films",
        "https://user:word@uploads.example.org",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "https://*",
    ],
)
def test_what_is_no_origin_never_gets_into_a_policy(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_BROWSER_URL"):
        origin(url)
