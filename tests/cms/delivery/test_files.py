"""Are public files served whole, in parts, to any page, and not at all once they were recalled?"""

from uuid import uuid4

import pytest
from django.test import Client

from cms.releases.actions import recall
from foundation.storage import public_store, put
from tests.cms.delivery.querying import at_most
from tests.cms.releases.payloads import NOW, public_file, released

pytestmark = pytest.mark.django_db
CONTENT = b"0123456789"


def test_a_file_is_served_with_its_type_hash_and_ranges(api: Client) -> None:
    file = public_file(CONTENT, name="sha256/01/digits.jpg")
    released(files=(file,))
    address = f"/files/{file.key}"

    with at_most(1):
        whole = api.get(address)
    part = api.get(address, headers={"Range": "bytes=2-4"})
    beyond = api.get(address, headers={"Range": "bytes=20-"})
    unchanged = api.get(address, headers={"If-None-Match": f'"{file.sha256}"'})
    head = api.head(address)

    assert (whole.status_code, whole.getvalue()) == (200, CONTENT)
    assert whole["Content-Type"] == "image/jpeg"
    assert whole["ETag"] == f'"{file.sha256}"'
    assert whole["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert whole["Access-Control-Allow-Origin"] == "*"
    assert whole["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (part.status_code, part.getvalue(), part["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, "bytes */10")
    assert unchanged.status_code == 304
    assert (head.status_code, head["Content-Length"]) == (200, "10")


def test_a_file_that_no_release_owns_is_not_served(api: Client) -> None:
    put(public_store(), "sha256/02/orphan.jpg", [CONTENT])

    assert api.get("/files/sha256/02/orphan.jpg").status_code == 404


def test_a_file_that_another_release_needs_survives_a_recall(api: Client) -> None:
    shared = public_file(CONTENT, name="sha256/03/shared.jpg")
    tool_id = uuid4()
    released(tool_id, locale="en", files=(shared,))
    released(tool_id, locale="fr", files=(shared,))

    recall(tool_id, scope="edition", locale="fr", reason="A mistake.", by=None, at=NOW)
    after_one = api.get(f"/files/{shared.key}")
    served = after_one.getvalue()
    recall(tool_id, scope="edition", locale="en", reason="A mistake.", by=None, at=NOW)
    after_both = api.get(f"/files/{shared.key}")

    assert (after_one.status_code, served) == (200, CONTENT)
    assert after_both.status_code == 410


def test_a_page_of_a_partner_may_ask_first(api: Client) -> None:
    response = api.options("/v1/tools", headers={"Access-Control-Request-Headers": "authorization"})

    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in response["Access-Control-Allow-Headers"]
