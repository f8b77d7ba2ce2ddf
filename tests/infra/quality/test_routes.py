import functools
from collections.abc import Callable

import pytest

from infra.quality.routes import is_guarded


def _view() -> None: ...


def service_key_required(view: Callable[[], None]) -> Callable[[], None]:
    @functools.wraps(view)
    def checked() -> None: ...

    return checked


def never_cache(view: Callable[[], None]) -> Callable[[], None]:
    @functools.wraps(view)
    def uncached() -> None: ...

    return uncached


class Form:
    is_public = True


def _from_class() -> None: ...


_from_class.view_class = Form  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("view", "guarded"),
    [
        (_view, False),
        (never_cache(_view), False),
        (service_key_required(_view), True),
        (never_cache(service_key_required(_view)), True),
        (_from_class, True),
    ],
)
def test_a_route_is_guarded_at_any_depth_or_public_by_its_own_word(view: Callable[[], None], guarded: bool) -> None:
    assert is_guarded(view) is guarded
