"""Which themes, audiences and licences are there, in each language?

Every term has one ``code`` for all its languages: partners filter by the code, people read the name.
"""

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, TranslatableMixin

from cms.taxonomy.fields import WebAddressField

code_validator = RegexValidator(
    r"^[a-z0-9]+([.-][a-z0-9]+)*$", _("Write a code in lower case letters and digits, parted by hyphens.")
)


class TranslatedTerm(TranslatableMixin, models.Model):
    """A word with a stable code and one row per language."""

    code = models.CharField(
        _("code"),
        max_length=60,
        validators=[code_validator],
        help_text=_("The same in every language. Partners filter by it, so it should never change."),
    )
    name = models.CharField(_("name"), max_length=120)

    class Meta(TranslatableMixin.Meta):
        abstract = True
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "locale"],
                name="%(app_label)s_%(class)s_code_per_locale",
                violation_error_message=_("This code is taken in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def in_locale(self, locale: Locale) -> Self:
        """Return the term in ``locale``; itself where it has not been translated."""
        if self.locale_id == locale.pk:
            return self
        translated: Self | None = self.get_translation_or_none(locale)
        return translated or self


class Theme(TranslatedTerm):
    """What a tool is about, such as sexting."""

    class Meta(TranslatedTerm.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class Audience(TranslatedTerm):
    """Whom a tool is made for, such as peer experts."""

    class Meta(TranslatedTerm.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class Licence(TranslatedTerm):
    """Under which terms others may use a tool."""

    url = WebAddressField(
        _("address"), help_text=_("The address that names the licence, such as that of its deed at Creative Commons.")
    )

    class Meta(TranslatedTerm.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
