"""What does a person fill in to describe an edition, and to recall one?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from cms.releases.models import ChangeClass

TERM_FIELDS = ("themes", "audiences")


class EditionForm(WagtailAdminPageForm):
    """Offers terms and licences in the language of the page; what a copy brought along is shown in that language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = self.instance.locale
        for name in TERM_FIELDS:
            if name in self.fields:
                chosen = [term.in_locale(locale).pk for term in getattr(self.instance, name).all()]
                self._offer(name, chosen)
                self.initial[name] = chosen
        if "licence" in self.fields and self.instance.licence:
            self.initial["licence"] = self.instance.licence.in_locale(locale).pk
        if "licence" in self.fields:
            self._offer("licence", [self.initial.get("licence")])
        if self.instance.pk and not self.instance.has_unpublished_changes:
            self._ask_anew_what_changes()

    def _ask_anew_what_changes(self) -> None:
        """What was said about the last release isn't true of the next one."""
        self.initial["changelog"] = ""
        self.initial["change_class"] = ChangeClass.MEANING

    def _offer(self, name: str, chosen: list[Any]) -> None:
        field = self.fields[name]
        terms = field.queryset.model.objects
        field.queryset = terms.filter(locale=self.instance.locale) | terms.filter(pk__in=[pk for pk in chosen if pk])


class RecallForm(forms.Form):
    """Which releases are withdrawn, and why; ``scope`` is offered as prepared by the view."""

    scope = forms.ChoiceField(label=_("What must disappear?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the recall for those responsible here. Don't name anybody: partners don't see it."),
    )
    confirmed = forms.BooleanField(
        label=_("I want these releases to disappear everywhere. Only a new release can bring the tool back."),
        error_messages={"required": _("Tick the box to confirm the recall.")},
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"] = forms.ChoiceField(
            label=_("What must disappear?"), choices=scopes, widget=forms.RadioSelect
        )
        self.order_fields(["scope", "reason", "confirmed"])
