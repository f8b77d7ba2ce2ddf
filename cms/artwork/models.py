"""What is a picture of the library, and what of it is kept?"""

import os
from typing import Any

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, get_upload_to

from cms.artwork.files import ArtworkFileField


class Artwork(AbstractImage):
    """A picture, private and free of metadata; ``description`` is its alternative text."""

    file = ArtworkFileField(verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height")
    description = models.CharField(
        _("alternative text"),
        max_length=400,
        blank=True,
        default="",
        help_text=_(
            "Say what a person who can't see the picture must know, in one or two sentences: who does what, where, "
            "and the words drawn into it. Don't begin with “Picture of”. A release is refused while it is missing."
        ),
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        default="",
        help_text=_(
            "Who made it, by the name that may be published: a group, an organisation or a pseudonym, never the real "
            "name of a minor."
        ),
    )

    encoded_file = models.CharField(max_length=100, blank=True, default="", editable=False)
    """The file whose public encodings have been made ahead, so that a release doesn't wait for them."""
    encoded_prefix = models.CharField(max_length=200, blank=True, default="", editable=False)
    """Where these encodings are kept in the private store."""

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def alt(self) -> str:
        """The alternative text for a page that states none of its own."""
        return self.description

    @property
    def default_alt_text(self) -> str:
        """A title is mostly a file name: it is no alternative text."""
        return self.description

    def get_upload_to(self, filename: str) -> str:
        """The name a file had on a phone or a disk may name a person: only the name we made is kept."""
        return os.path.join("artwork", os.path.basename(filename))

    def generate_rendition_file(self, filter: Filter, *, source: Any = None) -> ContentFile:  # type: ignore[type-arg]
        """Wagtail leaves the temporary file open; here it is closed."""
        with super().generate_rendition_file(filter, source=source) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class ArtworkRendition(AbstractRendition):
    """A size made for the admin; made from a clean picture, so clean."""

    image = models.ForeignKey(Artwork, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="artwork_rendition_once")
        ]
