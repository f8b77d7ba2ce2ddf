"""How is the API described in OpenAPI 3.1? Imported only when the description is written, never when it is served."""

import json
from collections.abc import Sequence
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.settings import api_settings

from cms.delivery import contracts, views
from cms.delivery.parameters import ChangesQuery, InLanguages, IssuesQuery, Readable, ReleasesQuery, ToolsQuery
from cms.delivery.urls import api
from foundation.contracts.base import Contract
from foundation.contracts.release import ReleasePayload

TITLE = "Make-IT-Safe: partner API"
INTRODUCTION = (
    "Prevention tools made with young people: comics, films and newsletter issues, each released in numbered, "
    "immutable versions. "
    "Reading needs no key; a key raises the limits. Every `url` is path-absolute: resolve it against the address you "
    "read it from. "
    "When something answers 410 it was recalled: delete every copy of it."
)
_ERRORS = {
    400: "A parameter is wrong; `errors` names it and says what is allowed.",
    401: "The key is unknown or was revoked.",
    404: "There never was such a thing, or not in the languages asked for.",
    406: "Only application/json is answered.",
    410: "It was recalled: delete every copy of it.",
    429: "Too many requests; `Retry-After` says when to go on.",
}
_HEADERS = {
    "ETag": "A strong validator: send it as If-None-Match.",
    "RateLimit": "How many requests are left.",
    "RateLimit-Policy": "How many requests there are per minute.",
}
_LISTS = (400, 401, 406, 429)
_ONE = (400, 401, 404, 406, 410, 429)
_HISTORY = (400, 401, 404, 406, 429)
_OPERATIONS: tuple[tuple[Any, str, str, type[Contract], type[Readable], Sequence[int]], ...] = (
    (views.ToolsView, "tools", "List the tools.", contracts.ToolList, ToolsQuery, _LISTS),
    (views.IssuesView, "issues", "List the newsletter issues.", contracts.ToolList, IssuesQuery, _LISTS),
    (views.ToolView, "tool", "Read a tool in the best language.", contracts.Tool, InLanguages, _ONE),
    (views.ReleasesView, "releases", "Read the history of a tool.", contracts.ReleaseList, ReleasesQuery, _HISTORY),
    (views.ReleaseView, "release", "Read one release, pinned.", ReleasePayload, Readable, _ONE),
    (views.ChangesView, "changes", "Read what has changed since a cursor.", contracts.ChangeList, ChangesQuery, _LISTS),
)  # fmt: skip


class _Schema(AutoSchema):
    """Takes answers as they are described: our lists say themselves how they go on."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return nothing: the optional key is added at the end."""
        return []


def openapi() -> bytes:
    """Return the description as JSON, always the same for the same code."""
    api_settings.DEFAULT_SCHEMA_CLASS = _Schema  # type: ignore[assignment]
    for view, name, summary, answer, query, errors in _OPERATIONS:
        view.schema = _Schema()
        described = extend_schema(
            operation_id=name,
            summary=summary,
            tags=["v1"],
            parameters=list(_parameters(query)),
            responses={200: answer, **{status: _problem(status) for status in errors}},
        )
        view.get = described(view.get)
    generator: Any = SchemaGenerator
    about = {"title": TITLE, "description": INTRODUCTION, "version": "1.0.0"}
    schema = generator(patterns=api, **about).get_schema(request=None, public=True)
    return (json.dumps(_completed(schema), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _parameters(query: type[Readable]) -> Sequence[OpenApiParameter]:
    schema = query.model_json_schema()["properties"]
    return [_parameter(name, dict(details)) for name, details in schema.items()]


def _parameter(name: str, details: dict[str, Any]) -> OpenApiParameter:
    details.pop("title", None)
    description = details.pop("description", "")
    variants = [part for part in details.pop("anyOf", [details]) if part.get("type") != "null"]
    schema = {**variants[0]}
    if details.get("default") not in (None, [], ()):
        schema["default"] = details["default"]
    else:
        schema.pop("default", None)
    style: dict[str, Any] = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return OpenApiParameter(name, schema, description=description or schema.pop("description", ""), **style)


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(contracts.Problem, description=_ERRORS[status])


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    """Add what the generator doesn't know: media types of problems, headers, the optional key, 304."""
    for item in schema["paths"].values():
        operation = item["get"]
        for status, response in operation["responses"].items():
            if status == "200":
                response["headers"] = {name: _header(text) for name, text in _HEADERS.items()}
            else:
                response["content"] = {"application/problem+json": response["content"].popitem()[1]}
        operation["responses"]["304"] = {"description": "Nothing has changed since the ETag you sent."}
        operation["security"] = [{"key": []}, {}]
    _allow_fewer_fields(schema["components"]["schemas"])
    bearer = {"type": "http", "scheme": "bearer", "description": "A partner's key. Optional."}
    schema["components"]["securitySchemes"] = {"key": bearer}
    return schema


def _allow_fewer_fields(schemas: dict[str, Any]) -> None:
    """An item that was asked for with ``fields=`` has only these."""
    whole = schemas["ToolItem"]
    some = {name: value for name, value in whole.items() if name != "required"}
    schemas["ToolItemFields"] = some | {"title": "ToolItemFields", "description": "An item asked for with `fields=`."}
    items = schemas["ToolList"]["properties"]["items"]
    items["items"] = {"anyOf": [items["items"], {"$ref": "#/components/schemas/ToolItemFields"}]}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}
