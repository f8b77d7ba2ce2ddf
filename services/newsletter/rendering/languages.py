"""Which of our languages does a reader understand?"""

from django.conf import settings
from django.utils.translation import get_supported_language_variant


def spoken(locale: str) -> str:
    """Return the language of our own words for a reader of ``locale``: itself, its base, or the default."""
    try:
        return get_supported_language_variant(locale.lower())
    except LookupError:
        return settings.LANGUAGE_CODE


def is_spoken(locale: str) -> bool:
    """Tell whether our own words exist in ``locale`` or its base."""
    try:
        get_supported_language_variant(locale.lower())
    except LookupError:
        return False
    return True
