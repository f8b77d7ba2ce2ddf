"""What can a reader fill in? Forms that need neither cookie nor script, and bots rarely get right."""

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.newsletter.lists.addresses import AddressRefused, normal_address, normal_language
from services.newsletter.lists.models import MailingList, Subscriber, Subscription
from services.newsletter.lists.queries import lists_for_reader, lists_of, public_lists

FASTEST_S = 2
SLOWEST_S = 24 * 3600
_opened = signing.TimestampSigner(salt="newsletter.form")
CONSENT = _("I want to get these newsletters by mail. I can leave at any time with one click.")


class SubscriptionForm(forms.Form):
    """Ask for mail. ``website`` is there for bots only; ``opened`` says when the form was given out, signed."""

    address = forms.CharField(
        label=_("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your mail address, like name@example.org.")},
    )
    language = forms.ChoiceField(label=_("Language of the mails"))
    lists = forms.ModelMultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=_("Newsletters"),
        queryset=MailingList.objects.none(),
        error_messages={"required": _("Choose at least one newsletter.")},
    )
    website = forms.CharField(required=False, label=_("Leave this empty"))
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, languages: list[tuple[str, str]], language: str) -> None:
        offered = public_lists()
        only = [one.pk for one in offered[:2]]
        initial = {"language": language, "lists": only if len(only) == 1 else []}
        super().__init__(data, initial=initial, use_required_attribute=False)
        self._choices(languages, offered)

    def _choices(self, languages: list[tuple[str, str]], offered: Any) -> None:
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        self.fields["lists"].queryset = offered  # type: ignore[attr-defined]

    @property
    def is_bot(self) -> bool:
        """Tell whether the field nobody sees was filled in."""
        return bool(self.cleaned_data.get("website"))

    def clean_address(self) -> str:
        try:
            return normal_address(self.cleaned_data["address"])
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error

    def clean_opened(self) -> str:
        """Refuse a form sent faster than anybody types, or one that was not given out by us lately."""
        value = self.cleaned_data["opened"]
        try:
            _opened.unsign(value, max_age=SLOWEST_S)
            is_too_fast = _is_younger(value, FASTEST_S)
        except signing.BadSignature:
            is_too_fast = True
        if is_too_fast:
            raise forms.ValidationError(_("Please send the form once more: we make sure that no machine fills it in."))
        return str(value)


def now_signed() -> str:
    """Return the present moment for the field ``opened``."""
    return _opened.sign("form")


def _is_younger(value: str, seconds: int) -> bool:
    try:
        _opened.unsign(value, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


class PreferencesForm(forms.Form):
    """Choose language and lists; the token in the address says whose."""

    language = forms.ChoiceField(label=_("Language of the mails"))
    lists = forms.ModelMultipleChoiceField(
        label=_("Newsletters"),
        queryset=MailingList.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, request: HttpRequest, subscriber: Subscriber, *, languages: list[tuple[str, str]]) -> None:
        is_saving = request.method == "POST" and request.POST.get("action") == "save"
        standing = lists_of(subscriber, state=Subscription.State.CONFIRMED).values_list("pk", flat=True)
        initial = {"language": subscriber.language, "lists": list(standing)}
        super().__init__(request.POST if is_saving else None, initial=initial, use_required_attribute=False)
        known = dict(languages)
        own = [] if subscriber.language in known else [(subscriber.language, subscriber.language)]
        self.fields["language"].choices = [*own, *languages]  # type: ignore[attr-defined]
        self.fields["lists"].queryset = lists_for_reader(subscriber)  # type: ignore[attr-defined]

    def clean_language(self) -> str:
        return normal_language(self.cleaned_data["language"])
