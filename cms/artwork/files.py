"""By which way does every picture reach the store?

Form, multiple upload, API, shell and bulk creation all end in ``FieldFile.save``: there a picture is cleaned.
"""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from cms.artwork.cleaning import CleanPicture, clean, upright_size


class CleanedFile(ContentFile):  # type: ignore[type-arg]  # generic in its stubs only
    """The outcome of ``clean``: saving it doesn't clean it a second time."""

    def __init__(self, picture: CleanPicture, name: str) -> None:
        super().__init__(picture.data, name=name)
        self.content_type = picture.media_type
        self.suffix = picture.suffix


class ArtworkFieldFile(WagtailImageFieldFile):
    """Cleans what it stores, under a name that tells nothing."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        cleaned = content if isinstance(content, CleanedFile) else CleanedFile(clean(content), name)
        cleaned.seek(0)
        super().save(f"{uuid.uuid4().hex}{cleaned.suffix}", cleaned, save)
        self.__dict__.pop("_dimensions_cache", None)

    def get_image_dimensions(self) -> tuple[int, int]:
        """Read the header only: Wagtail's own way decodes the whole picture, a bomb included."""
        is_closed = self.closed
        self.open()
        try:
            return upright_size(self.file)
        finally:
            if is_closed:
                self.close()
            else:
                self.seek(0)


class ArtworkFileField(WagtailImageField):
    attr_class = ArtworkFieldFile
