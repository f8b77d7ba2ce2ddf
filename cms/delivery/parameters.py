"""What may be asked for in an address, and what is wrong with what was asked for?"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from django.http import QueryDict
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from cms.delivery.contracts import ParameterError, ToolItem
from foundation.contracts.base import Contract, Locale

_RANGE = r"^(\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)$"
MAX_LIMIT = 100
NEWEST_FIRST: Final = "-released_at"


class BadParameters(Exception):
    """The address asks for something that isn't there to be asked for."""

    def __init__(self, errors: tuple[ParameterError, ...]) -> None:
        super().__init__(" ".join(error.detail for error in errors))
        self.errors = errors


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def _member(name: str) -> str:
    if name not in ToolItem.model_fields:
        raise ValueError(name)
    return name


LanguageRange = Annotated[str, Field(pattern=_RANGE, max_length=35, description="A language range (RFC 4647).")]
LanguageTag = Annotated[str, Field(pattern=_RANGE.replace(r"\*|", ""), max_length=35)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60, description="The code of a term.")]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many items at most.")]
Cursor = Annotated[str | None, Field(max_length=800, description="As found in `next`.")]
FieldName = Annotated[str, Field(json_schema_extra={"enum": list(ToolItem.model_fields)}), AfterValidator(_member)]

LOCALE_HELP = "The language wanted, such as `nl-BE`; a shorter tag (`nl`) is tried too (RFC 4647 lookup)."
FALLBACK_HELP = "Languages to try next, parted by commas; `*` for any."


class Readable(Contract):
    """Parameters that are read from an address."""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Return the parameters; raises BadParameters naming each that is wrong and what it may be."""
        twice = [name for name in query if len(query.getlist(name)) > 1]
        if twice:
            raise BadParameters(tuple(_given_twice(name) for name in twice))
        return _validated(cls, query.dict())


class InLanguages(Readable):
    """In which languages a reader wants to read."""

    locale: Annotated[LanguageTag | None, Field(description=LOCALE_HELP)] = None
    fallback: Annotated[tuple[LanguageRange, ...], BeforeValidator(_listed), Field(description=FALLBACK_HELP)] = ()


class ToolsQuery(InLanguages):
    """Parameters of the list of tools."""

    kind: Annotated[Literal["comic", "film"] | None, Field(description="Only tools of this kind.")] = None
    theme: Annotated[Code | None, Field(description="Only tools with this theme.")] = None
    audience: Annotated[Code | None, Field(description="Only tools for this audience.")] = None
    sort: Annotated[
        Literal["released_at", "-released_at", "title", "-title"], Field(description="`-` for the reverse order.")
    ] = NEWEST_FIRST
    limit: Limit = 20
    cursor: Cursor = None
    fields: Annotated[
        tuple[FieldName, ...], BeforeValidator(_listed), Field(description="Only these members of items, by commas.")
    ] = ()


class IssuesQuery(InLanguages):
    """Parameters of the list of newsletter issues."""

    sort: Annotated[Literal["released_at", "-released_at"], Field(description="`-` for the reverse order.")] = (
        NEWEST_FIRST
    )
    limit: Limit = 20
    cursor: Cursor = None
    fields: Annotated[
        tuple[FieldName, ...], BeforeValidator(_listed), Field(description="Only these members of items, by commas.")
    ] = ()


class ReleasesQuery(Readable):
    """Parameters of the history of a tool."""

    locale: Annotated[Locale | None, Field(description="Only releases in this language.")] = None
    limit: Limit = 20
    cursor: Cursor = None


class ChangesQuery(Readable):
    """Parameters of the feed."""

    cursor: Annotated[int, Field(ge=0, lt=2**63, description="The last cursor you have seen; 0 for everything.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000, description="How many changes at most.")] = 100


Q = TypeVar("Q", bound=Contract)


def _validated(model: type[Q], values: Mapping[str, Any]) -> Q:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise BadParameters(tuple(_errors(model, error.errors()))) from error


def bad_cursor() -> BadParameters:
    """Return the error for a cursor that doesn't belong to this list."""
    detail = "This cursor doesn't belong to this list: follow `next` as it was given."
    return BadParameters((ParameterError(parameter="cursor", detail=detail, allowed="the cursor found in `next`"),))


def _given_twice(name: str) -> ParameterError:
    detail = f"{name} was given more than once."
    return ParameterError(parameter=name, detail=detail, allowed="one value; lists are parted by commas")


def _errors(model: type[Contract], found: Iterable[Any]) -> Iterable[ParameterError]:
    for name, error in {str(error["loc"][0]): error for error in found}.items():
        allowed = _allowed(model, name)
        if error["type"] == "extra_forbidden":
            detail = f"There is no parameter {name}."
        else:
            detail = f"{name} can't be {str(error['input'])[:100]!r}."
        yield ParameterError(parameter=name, detail=detail, allowed=allowed)


def _allowed(model: type[Contract], name: str) -> str:
    """Say in words what a parameter may be, from the schema that the documentation shows."""
    schema = model.model_json_schema()["properties"]
    if name not in schema:
        return ", ".join(schema)
    return _in_words(schema[name])


def _in_words(schema: Mapping[str, Any]) -> str:
    variants = [part for part in schema.get("anyOf", []) if part.get("type") != "null"]
    schema = variants[0] if variants else schema.get("items", schema)
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "integer":
        return f"a whole number from {schema['minimum']} to {schema.get('maximum', 2**63 - 1)}"
    return f"a text like {schema['pattern']}" if "pattern" in schema else "a text"
