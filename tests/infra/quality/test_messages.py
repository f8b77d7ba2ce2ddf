import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from infra.quality.extraction import in_python, in_template, messages_of
from infra.quality.messages import Catalogue, compile_catalogue, update_catalogue
from infra.quality.translations import complaints_about

TEMPLATE = """{% load i18n %}<p title="{% translate 'It\\'s here' %}">{% translate "Read it" context "button" %}</p>
{% blocktranslate count n=films|length trimmed %}
  {{ n }} film
{% plural %}
  {{ n }} films
{% endblocktranslate %}
{% blocktranslate with name=tool.title %}Hello <b>{{ name }}</b>, 5% "more".{% endblocktranslate %}{{ _("Yes") }}"""


def test_a_template_yields_the_strings_django_looks_up() -> None:
    text = TEMPLATE.replace("It\\'s here", "Its here")

    assert list(in_template(text)) == [
        (("Its here",), None),
        (("Read it",), "button"),
        (("%(n)s film", "%(n)s films"), None),
        (('Hello <b>%(name)s</b>, 5%% "more".',), None),
        (("Yes",), None),
    ]


def test_python_yields_the_strings_marked_by_any_of_djangos_functions(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(
        "_('One' ' line')\ngettext_lazy('Two')\nngettext('%d film', '%d films', n)\npgettext('verb', 'Send')\n"
    )

    assert list(in_python(path)) == [
        (("One line",), None),
        (("Two",), None),
        (("%d film", "%d films"), None),
        (("Send",), "verb"),
    ]


@pytest.fixture
def room(tmp_path: Path) -> Catalogue:
    (tmp_path / "models.py").write_text("_('Read it')\nngettext('%(n)s film', '%(n)s films', n)\n")
    return Catalogue(str(tmp_path), ("fr", "ar"))


def test_updating_adds_new_strings_keeps_translations_and_drops_gone_ones(room: Catalogue) -> None:
    update_catalogue(room)
    po = room.po("fr")
    po.write_text(po.read_text().replace('msgid "Read it"\nmsgstr ""', 'msgid "Read it"\nmsgstr "Lisez-le"'))
    (room.sources / "models.py").write_text("_('Read it')\n_('New')\n")

    update_catalogue(room)

    text = po.read_text()
    assert 'msgstr "Lisez-le"' in text
    assert 'msgid "New"' in text
    assert "film" not in text


def test_a_catalogue_is_compiled_once_and_again_when_its_po_changes(room: Catalogue) -> None:
    update_catalogue(room)

    assert [compile_catalogue(room), compile_catalogue(room)] == [2, 0]
    later = room.po("fr").with_suffix(".mo").stat().st_mtime + 5
    os.utime(room.po("fr"), (later, later))
    assert compile_catalogue(room) == 1


def test_missing_and_wrongly_translated_strings_are_named(room: Catalogue) -> None:
    wanted: Catalog = messages_of(room.sources)
    po = room.po("fr")

    assert complaints_about(po, wanted) == [f"{po} is missing: run ./hub fix and translate it."]
    update_catalogue(room)
    assert complaints_about(po, wanted) == [f"{po}: not translated: 'Read it'", f"{po}: not translated: '%(n)s film'"]
    text = po.read_text().replace('msgid "Read it"\nmsgstr ""', 'msgid "Read it"\nmsgstr "Lisez %(it)s"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s film"').replace('msgstr[1] ""', 'msgstr[1] "%(n)s films"')
    po.write_text(text)
    assert complaints_about(po, wanted) == [f"{po}: other placeholders in the translation of 'Read it'"]


def test_arabic_may_leave_the_number_out_of_its_forms_for_none_one_and_two(room: Catalogue) -> None:
    update_catalogue(room)
    po = room.po("ar")
    text = po.read_text().replace('msgid "Read it"\nmsgstr ""', 'msgid "Read it"\nmsgstr "اقرأه"')
    for form, word in enumerate(("لا أفلام", "فيلم واحد", "فيلمان", "%(n)s أفلام", "%(n)s فيلما", "%(n)s فيلم")):
        text = text.replace(f'msgstr[{form}] ""', f'msgstr[{form}] "{word}"')
    po.write_text(text)

    assert complaints_about(po, messages_of(room.sources)) == []
