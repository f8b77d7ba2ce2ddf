"""How is a picture taken from a person? Refused where the person is, with a sentence, before it is decoded."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.artwork.cleaning import EXTENSIONS, MAX_BYTES, clean
from cms.artwork.files import CleanedFile


class ArtworkFormField(WagtailImageField):
    """Takes what a phone or a drawing program makes; gives a ``CleanedFile``."""

    default_validators = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed_image_extensions = list(EXTENSIONS)
        self.max_upload_size = MAX_BYTES
        self.help_text = gettext_lazy(
            "JPEG, PNG, WebP, AVIF, GIF or HEIC. Place, device and author are removed from the file as it arrives."
        )

    def to_python(self, data: Any) -> Any:
        upload = forms.FileField.to_python(self, data)
        if upload is None or isinstance(upload, CleanedFile):
            return upload
        self._refuse_big(upload)
        _refuse_drawing(upload)
        picture = clean(upload)
        return CleanedFile(picture, upload.name or "picture")

    def _refuse_big(self, upload: "File[Any]") -> None:
        if (upload.size or 0) > MAX_BYTES:
            message = _("This file is too big (%(size)s). At most %(limit)s can be taken: export it smaller.")
            sizes = {"size": filesizeformat(upload.size or 0), "limit": filesizeformat(MAX_BYTES)}
            raise ValidationError(message % sizes, code="file_too_large")


class ArtworkForm(BaseImageForm):
    """Wagtail's form of a picture, with our way of taking its file (``WAGTAILIMAGES_IMAGE_FORM_BASE``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            known = self.fields["file"]
            self.fields["file"] = ArtworkFormField(label=known.label, required=known.required, widget=known.widget)


def _refuse_drawing(upload: "File[Any]") -> None:
    """An SVG is a program as much as a picture: it may load, run and reveal."""
    upload.seek(0)
    head = upload.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    upload.seek(0)
    if head.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg", b"<!--")):
        message = _("SVG drawings can't be taken, because they may contain programs. Export the drawing as PNG.")
        raise ValidationError(message, code="svg")
