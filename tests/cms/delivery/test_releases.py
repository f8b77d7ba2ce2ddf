"""Does the API answer stored bytes, say which language it serves, and stop when something was recalled?"""

import hashlib
import json
from uuid import uuid4

import pytest
from django.test import Client

from cms.releases.actions import recall
from cms.releases.models import Release
from tests.cms.delivery.querying import at_most
from tests.cms.releases.payloads import NOW, public_file, released

pytestmark = pytest.mark.django_db


def test_a_pinned_release_is_exactly_the_stored_bytes(api: Client) -> None:
    release = released()
    address = f"/v1/tools/{release.tool_id}/releases/en/1"

    with at_most(2):
        response = api.get(address)

    assert response.content == bytes(Release.objects.get().payload)
    assert response["ETag"] == f'"{release.sha256}"'
    assert hashlib.sha256(response.content).hexdigest() == release.sha256
    assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_who_has_it_already_gets_304_and_who_asks_for_the_head_gets_no_body(api: Client) -> None:
    release = released()
    address = f"/v1/tools/{release.tool_id}/releases/en/1"

    unchanged = api.get(address, headers={"If-None-Match": f'W/"x", "{release.sha256}"'})
    changed = api.get(address, headers={"If-None-Match": '"other"'})
    head = api.head(address)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "Content-Type" not in unchanged
    assert changed.status_code == 200
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(changed.content))
    assert head["ETag"] == unchanged["ETag"] == changed["ETag"]


def test_a_tool_reports_which_language_was_asked_for_and_which_is_served(api: Client) -> None:
    tool_id = uuid4()
    released(tool_id, locale="en", title="Alone")
    released(tool_id, locale="nl", title="Alleen")

    with at_most(2):
        exact = api.get(f"/v1/tools/{tool_id}?locale=nl-BE").json()
    fallen_back = api.get(f"/v1/tools/{tool_id}?locale=fr&fallback=de,en").json()
    unasked = api.get(f"/v1/tools/{tool_id}").json()

    assert (exact["requested_locale"], exact["served_locale"], exact["release"]["title"]) == ("nl-BE", "nl", "Alleen")
    assert (fallen_back["requested_locale"], fallen_back["served_locale"]) == ("fr", "en")
    assert fallen_back["available_locales"] == ["en", "nl"]
    assert (unasked["requested_locale"], unasked["served_locale"]) == (None, "en")


def test_a_language_that_isnt_there_is_said_to_be_missing(api: Client) -> None:
    release = released(locale="en")

    response = api.get(f"/v1/tools/{release.tool_id}?locale=fr")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["available_locales"] == ["en"]


def test_unknown_things_are_not_found(api: Client) -> None:
    release = released()

    for address in (
        f"/v1/tools/{uuid4()}",
        f"/v1/tools/{uuid4()}/releases",
        f"/v1/tools/{release.tool_id}/releases/en/2",
        f"/v1/tools/{release.tool_id}/releases/fr/1",
        "/v1/tools/not-a-uuid",
        "/v1/nothing",
        "/files/sha256/aa/unknown.jpg",
        "/files/../settings.py",
    ):
        response = api.get(address)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json"), address


def test_a_recall_turns_api_and_files_to_gone_at_once(api: Client) -> None:
    file = public_file(b"the face of a minor", name="sha256/be/recalled.jpg")
    release = released(files=(file,))
    addresses = (f"/v1/tools/{release.tool_id}", f"/v1/tools/{release.tool_id}/releases/en/1", f"/files/{file.key}")
    assert [api.head(address).status_code for address in addresses] == [200, 200, 200]

    recall(release.tool_id, scope="tool", reason="A face can be seen.", by=None, at=NOW)

    for address in addresses:
        response = api.get(address, headers={"If-None-Match": f'"{release.sha256}"'})
        assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json"), address
    history = api.get(f"/v1/tools/{release.tool_id}/releases").json()["items"]
    assert [(item["recalled_at"], item["url"]) for item in history] == [("2026-11-21T12:00:00Z", None)]


def test_an_edition_that_was_recalled_is_gone_and_the_others_stand(api: Client) -> None:
    tool_id = uuid4()
    released(tool_id, locale="en")
    released(tool_id, locale="fr")

    recall(tool_id, scope="edition", locale="fr", reason="A name was left in.", by=None, at=NOW)

    gone = api.get(f"/v1/tools/{tool_id}?locale=fr")
    assert (gone.status_code, gone.json()["available_locales"]) == (410, ["en"])
    assert api.get(f"/v1/tools/{tool_id}?locale=fr&fallback=en").json()["served_locale"] == "en"


def test_the_history_of_a_tool_is_paged_and_filtered(api: Client) -> None:
    tool_id = uuid4()
    for number in range(1, 4):
        released(tool_id, locale="en", title=f"Version {number}", changelog=f"Change {number}.", minutes=number)
    released(tool_id, locale="fr", title="Version française")

    first = api.get(f"/v1/tools/{tool_id}/releases?limit=2").json()
    second = api.get(first["next"]).json()
    french = api.get(f"/v1/tools/{tool_id}/releases?locale=fr").json()

    seen = [(item["locale"], item["number"]) for item in (*first["items"], *second["items"])]
    assert seen == [("en", 3), ("en", 2), ("en", 1), ("fr", 1)]
    assert second["next"] is None
    assert first["items"][0]["changelog"] == "Change 3."
    assert [item["title"] for item in french["items"]] == ["Version française"]


def test_the_feed_tells_everything_in_order(api: Client) -> None:
    release = released()
    released(release.tool_id, title="Better", minutes=1)
    recall(release.tool_id, scope="release", locale="en", number=2, reason="Wrong picture.", by=None, at=NOW)

    whole = api.get("/v1/changes").json()
    rest = api.get("/v1/changes?cursor=1&limit=2").json()
    end = api.get("/v1/changes?cursor=4").json()

    assert [(item["cursor"], item["type"], item["number"]) for item in whole["items"]] == [
        (1, "released", 1),
        (2, "released", 2),
        (3, "recalled", 2),
        (4, "released", 1),
    ]
    assert (whole["next_cursor"], whole["more"]) == (4, False)
    assert ([item["cursor"] for item in rest["items"]], rest["next_cursor"], rest["more"]) == ([2, 3], 3, True)
    assert end == {"items": [], "next_cursor": 4, "more": False}


def test_schema_org_describes_what_is_served(api: Client) -> None:
    film = released(kind="film", title="The message")

    described = json.loads(api.get(f"/v1/tools/{film.tool_id}/releases/en/1").content)["json_ld"]

    assert described["@type"] == ["LearningResource", "VideoObject"]
    assert described["duration"] == "PT1M15S"
    assert described["contentUrl"] == "/files/sha256/aa/film.mp4"
    assert described["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert described["version"] == 1
    assert described["caption"][0]["inLanguage"] == "en"
