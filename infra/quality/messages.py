"""Where do translations come from, and when are they compiled? Without gettext installed.

``./hub`` calls ``compile_all`` at each start: with nothing to do it looks at a few dates and imports nothing heavy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.quality.areas import ROOT

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

# What a program needs to read the file, and nothing that changes from day to day.
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural};\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True)
class Catalogue:
    """The messages of one room: ``languages`` are those every message must be translated to."""

    room: str
    languages: tuple[str, ...]

    @property
    def sources(self) -> Path:
        return ROOT / self.room

    def po(self, language: str) -> Path:
        return self.sources / "locale" / language / "LC_MESSAGES" / "django.po"


CATALOGUES = (
    Catalogue("cms", ("fr", "ar")),
    Catalogue("services/newsletter", ("fr", "nl", "de", "ar")),
    Catalogue("infra/local/partner_site", ("fr", "nl", "de", "ar")),
    Catalogue("infra/local/mails", ("fr", "ar")),
    Catalogue("infra/local/mails", ("fr", "ar")),
)


def compile_all() -> int:
    """Compile every catalogue whose .mo is missing or older than its .po; return how many there were."""
    return sum(compile_catalogue(catalogue) for catalogue in CATALOGUES)


def compile_catalogue(catalogue: Catalogue) -> int:
    """Compile what is stale of one catalogue; return how many languages that were."""
    stale = [po for po in catalogue.sources.glob("locale/*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        _compile(po)
    return len(stale)


def update_all() -> None:
    """Bring every .po in line with the strings of the sources; kept translations stay, gone ones leave."""
    for catalogue in CATALOGUES:
        update_catalogue(catalogue)


def update_catalogue(catalogue: Catalogue) -> None:
    """Bring the .po files of one room in line with its strings; a room without strings gets none."""
    from infra.quality.extraction import messages_of

    template = messages_of(catalogue.sources)
    for language in catalogue.languages if len(template) else ():
        _update(catalogue.po(language), language, template)


def read(po: Path) -> Catalog:
    """Parse ``po``; raises PoFileError with the line where it can't be read."""
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3], abort_invalid=True)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path) -> None:
    """Write the .mo beside ``po``, whole or not at all: several processes may start at once."""
    from tempfile import NamedTemporaryFile

    from babel.messages.mofile import write_mo

    catalog = read(po)
    with NamedTemporaryFile(dir=po.parent, delete=False) as file:
        write_mo(file, catalog)
    Path(file.name).chmod(0o644)
    os.replace(file.name, po.with_suffix(".mo"))


def _update(po: Path, language: str, template: Catalog) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = read(po) if po.exists() else Catalog(locale=language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        file.write(_HEADER.format(language=language, plural=catalog.plural_forms.rstrip(";")).encode())
        write_po(file, catalog, width=0, sort_output=True, include_lineno=False, omit_header=True)
