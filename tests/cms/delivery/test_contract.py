"""Does the API answer what its description says, whatever it is asked?"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from cms.delivery.schema import SCHEMA_FILE
from cms.releases.actions import recall
from tests.cms.factories import make_comic, make_film_page, make_issue
from tests.cms.releases.payloads import NOW, released

OPENAPI: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
NEVER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def tools(db: None) -> dict[str, str]:
    """One tool of each kind from real pages, one by hand, one recalled."""
    comic = make_comic(publish=True)
    film = make_film_page(publish=True)
    issue = make_issue(publish=True, tool=comic)
    gone = released(uuid4())
    recall(gone.tool_id, scope="tool", reason="A face can be seen.", by=None, at=NOW)
    named = {"comic": comic.tool_id, "film": film.tool_id, "issue": issue.tool_id, "gone": gone.tool_id}
    return {name: str(tool_id) for name, tool_id in named.items()}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": OPENAPI["components"]})


def assert_described(path: str, response: Any) -> None:
    """The status is one the operation names, and the body is of the type and shape it gives for it."""
    responses = OPENAPI["paths"][path]["get"]["responses"]
    status = str(response.status_code)
    assert status in responses, (path, status, response.content[:300])
    content = responses[status].get("content", {})
    if content:
        media_type, described = next(iter(content.items()))
        assert response["Content-Type"] == media_type
        validator(described["schema"]).validate(response.json())
    for header in responses[status].get("headers", {}):
        assert header in response, (path, header)


def test_the_description_is_valid_and_belongs_to_the_code() -> None:
    from cms.delivery.description import openapi

    assert OPENAPI["openapi"].startswith("3.1")
    assert openapi() == SCHEMA_FILE.read_bytes(), "Run CMS_ROLE=delivery python -m cms.manage openapi."
    for schema in OPENAPI["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_kind_of_tool_is_answered_as_described(api: Client, tools: dict[str, str]) -> None:
    for kind in ("comic", "film", "issue"):
        assert_described("/v1/tools/{tool_id}", api.get(f"/v1/tools/{tools[kind]}"))
        assert_described("/v1/tools/{tool_id}/releases", api.get(f"/v1/tools/{tools[kind]}/releases"))
        pinned = api.get(f"/v1/tools/{tools[kind]}/releases/en/1")
        assert_described("/v1/tools/{tool_id}/releases/{locale}/{number}", pinned)
        assert pinned.status_code == 200
        assert pinned.json()["kind"] == kind
    for path in ("/v1/tools", "/v1/issues", "/v1/changes"):
        assert_described(path, api.get(path))


def parameter_values(schema: dict[str, Any]) -> Iterator[str]:
    """Yield values a parameter may have and values it may not."""
    yield from ("", "ä", "x" * 900, "0", "-1", "null", "a,b", "%00", "' OR 1=1 --")
    if "enum" in schema.get("items", schema):
        yield from schema.get("items", schema)["enum"]
    if schema.get("type") == "integer":
        yield from (str(schema["minimum"]), str(schema.get("maximum", 5)), "999999999999999999999")
    yield from ("en", "nl-BE", "*", "sexting")


def test_whatever_a_parameter_is_given_the_answer_is_described(api: Client, tools: dict[str, str]) -> None:
    for path, item in OPENAPI["paths"].items():
        address = path.format(tool_id=tools["comic"], locale="en", number=1)
        for parameter in item["get"].get("parameters", []):
            if parameter["in"] == "query":
                for value in parameter_values(parameter["schema"]):
                    assert_described(path, api.get(address, {parameter["name"]: value}))


def test_whatever_is_missing_or_recalled_is_described(api: Client, tools: dict[str, str]) -> None:
    for path in OPENAPI["paths"]:
        if "{tool_id}" in path:
            for tool_id in (tools["gone"], NEVER):
                assert_described(path, api.get(path.format(tool_id=tool_id, locale="en", number=1)))


def test_a_wrong_parameter_is_named_with_what_is_allowed(api: Client, db: None) -> None:
    response = api.get("/v1/tools?kind=song&limit=0&colour=red")

    errors = {error["parameter"]: error["allowed"] for error in response.json()["errors"]}
    assert response.status_code == 400
    assert errors["kind"] == "comic, film"
    assert errors["limit"] == "a whole number from 1 to 100"
    assert "locale, fallback, kind" in errors["colour"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(api: Client, db: None, method: str) -> None:
    response = getattr(api, method)("/v1/tools")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"


def test_only_json_is_answered(api: Client, db: None) -> None:
    response = api.get("/v1/tools", headers={"Accept": "application/xml"})

    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")
    assert api.get("/v1/tools", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200


def test_the_description_itself_is_served(api: Client, db: None) -> None:
    response = api.get("/v1/openapi.json")

    assert response.content == SCHEMA_FILE.read_bytes()
    assert api.get("/v1/openapi.json", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_webmaster_finds_an_explanation(api: Client, db: None) -> None:
    response = api.get("/")

    page = response.content.decode()
    assert response.status_code == 200
    assert "http://testserver/v1/tools?locale=nl-BE" in page
    assert "<script" not in page
