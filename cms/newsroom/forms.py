"""What does a person say to send an issue: to which lists, and in which language to those whose own is missing?"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.contracts.newsletter import MailingList


class SendingForm(forms.Form):
    """Lists that were served already can't be chosen again."""

    lists = forms.MultipleChoiceField(
        label=_("Lists"),
        error_messages={"required": _("Choose at least one list.")},
        widget=forms.CheckboxSelectMultiple,
    )
    fallback = forms.ChoiceField(
        label=_("Language for everybody else"),
        help_text=_("Who reads a language this issue doesn't exist in gets this version."),
    )

    def __init__(
        self,
        *args: Any,
        lists: Iterable[MailingList],
        served: frozenset[str],
        versions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        open_lists = [(entry.slug, entry.name) for entry in lists if entry.slug not in served]
        self._choice("lists").choices = open_lists
        self._choice("fallback").choices = list(versions.items())

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field
