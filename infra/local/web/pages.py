"""How is a page of a small site written? Django's templates alone, without its settings and applications."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine

if not settings.configured:
    settings.configure(USE_I18N=False, USE_TZ=False)


@cache
def _engine(folder: Path) -> Engine:
    return Engine(
        dirs=[str(folder)],
        builtins=["infra.local.web.tags"],
        loaders=[("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
    )


def render(folder: Path, template: str, *, gettext: Callable[[str], str], values: dict[str, Any]) -> bytes:
    """Render a template of ``folder``; numbers are given as text, nothing here knows how a language writes them."""
    context = Context({"gettext": gettext, **values}, use_l10n=False, use_tz=False)
    return _engine(folder).get_template(template).render(context).encode()
