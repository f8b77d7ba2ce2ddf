"""Does every route of ours ask who is there, or say that it is public?"""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_OURS = ("cms.", "services.", "foundation.", "infra.")
# The decorators that let nobody in unasked, by the name of the function that wraps the view.
_GUARDS = (
    "require_admin_access",
    "service_key_required",
    "user_passes_test",
    "login_required",
    "permission_required",
    "require_permission",
)


def open_routes() -> list[str]:
    """Return a complaint for each route that has neither authentication nor the mark ``public``."""
    return [
        f"/{route} ({view.__module__}.{view.__qualname__}) neither authenticates nor says it is public."
        for route, view in _routes(get_resolver())
        if _is_ours(view) and not is_guarded(view)
    ]


def is_guarded(view: Callable[..., Any]) -> bool:
    """Tell whether ``view`` is marked as public or is wrapped by a guard at any depth."""
    return any(getattr(layer, "is_public", False) or _is_guard(layer) for layer in _layers(view))


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def _is_ours(view: Callable[..., Any]) -> bool:
    return any(getattr(layer, "__module__", "").startswith(_OURS) for layer in _layers(view))


def _layers(view: Callable[..., Any] | None) -> Iterator[Any]:
    """Yield ``view``, what it wraps, and the class a class-based view is made of."""
    while view is not None:
        yield view
        if cls := getattr(view, "view_class", None) or getattr(view, "cls", None):
            yield cls
        view = getattr(view, "__wrapped__", None)


def _is_guard(layer: Any) -> bool:
    code = getattr(layer, "__code__", None)
    return code is not None and code.co_qualname.split(".")[0] in _GUARDS
