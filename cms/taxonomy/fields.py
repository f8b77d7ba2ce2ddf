"""How is an address on the web stored and asked for?"""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Field = models.URLField[str, str]
else:
    _Field = models.URLField


class WebAddressField(_Field):
    """A URL; who leaves out the scheme means https."""

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.URLField", list(arguments), dict(options)
