"""What does a person fill in for a film and its captions?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm

from cms.films.models import Film
from cms.films.queries import duration_of
from cms.films.subtitles import as_webvtt, decoded


class FilmFilterForm(BaseFilterForm):
    """Finds films by a part of their title.

    Wagtail's own search doesn't find what has a UUID for its key on SQLite: it compares it with and without hyphens.
    """

    q = forms.CharField(
        label=gettext_lazy("Search term"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Search")}),
        required=False,
    )

    def filter(self, objects: QuerySet[Film]) -> QuerySet[Film]:
        words = self.cleaned_data["q"]
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        return objects.filter(title__icontains=words)


class CaptionForm(forms.Form):
    """Captions in one language: a file, or typed. ``cleaned_data["vtt"]`` is valid WebVTT."""

    file = forms.FileField(
        label=gettext_lazy("File with captions"),
        required=False,
        help_text=gettext_lazy("A .vtt or .srt file. It takes the place of what is written below."),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt,application/x-subrip"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Captions"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "For each caption: the time from when to when it is shown, then its words, then an empty line. Write who "
            "speaks if it can't be seen, and sounds that matter in brackets."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true", "class": "film-captions-text", "dir": "auto"}),
    )

    def __init__(self, *args: Any, film: Film, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.film = film

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        upload: UploadedFile[Any] | None = data.get("file")
        if upload is None and not data.get("text", "").strip():
            raise ValidationError(_("Choose a file or write the captions below."))
        field = "file" if upload else "text"
        try:
            text = decoded(upload.read()) if upload else data["text"]
            data["vtt"] = as_webvtt(text, duration_s=duration_of(self.film))
        except ValidationError as error:
            self.add_error(field, error)
        return data
