"""Has a term one code in all languages, and a name in each?"""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.releases.models import Release
from cms.taxonomy.models import Theme
from foundation.contracts.release import ReleasePayload
from tests.cms.factories import make_comic, make_locale, make_theme, make_translation, make_user

pytestmark = pytest.mark.django_db


def make_french(theme: Theme) -> Theme:
    french: Theme = theme.copy_for_translation(make_locale("fr"))
    french.name = "Sexto"
    french.save()
    return french


def test_a_term_is_named_in_the_language_of_the_reader_or_as_it_is() -> None:
    theme = make_theme()
    french = make_french(theme)

    assert theme.in_locale(make_locale("fr")) == french
    assert french.in_locale(make_locale("en")) == theme
    assert theme.in_locale(make_locale("nl")) == theme


def test_a_code_is_taken_once_per_language() -> None:
    make_french(make_theme())

    with pytest.raises(ValidationError):
        Theme(code="sexting", name="Again", locale=make_locale("fr")).full_clean()


@pytest.mark.parametrize("code", ["With Space", "UPPER", "a_b", "-a", "é"])
def test_a_code_is_plain(code: str) -> None:
    with pytest.raises(ValidationError, match="lower case letters"):
        Theme(code=code, name="Name", locale=make_locale("en")).clean_fields()


def test_a_release_names_its_terms_in_its_own_language() -> None:
    theme = make_theme()
    make_french(theme)
    comic = make_comic()
    comic.themes = [theme]
    comic.save_revision().publish()
    french = make_translation(comic, "fr")
    french.get_latest_revision().publish()

    names = {
        release.locale: ReleasePayload.model_validate_json(bytes(release.payload)).themes[0]
        for release in Release.objects.all()
    }

    assert {locale: (term.code, term.name) for locale, term in names.items()} == {
        "en": ("sexting", "Sexting"),
        "fr": ("sexting", "Sexto"),
    }


@pytest.mark.parametrize("model", ["theme", "audience", "licence"])
def test_staff_can_write_the_words(client: Client, model: str) -> None:
    client.force_login(make_user())

    assert client.get(reverse(f"wagtailsnippets_taxonomy_{model}:list")).status_code == 200
    assert client.get(reverse(f"wagtailsnippets_taxonomy_{model}:add")).status_code == 200
