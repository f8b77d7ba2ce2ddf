"""How are blocks stored without their definitions in migrations?"""

from typing import Any

from wagtail.blocks import Block
from wagtail.fields import StreamField


class BlocksField(StreamField):
    """A StreamField that migrations know as the JSON it is.

    Changing a block makes no migration, and a data migration reads and writes the raw JSON.
    """

    def __init__(self, block_types: list[tuple[str, Block]] | None = None, **kwargs: Any) -> None:
        super().__init__(block_types or [], **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, "django.db.models.JSONField", [], kwargs
