import re
from collections import Counter
from pathlib import Path

import pytest

from infra.quality.areas import ROOT
from infra.quality.tree import files_with

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
DOCUMENTS = files_with(".md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    targets = [link for link in LINK.findall((ROOT / document).read_text()) if "://" not in link]

    assert [link for link in targets if not _leads_somewhere(document, link)] == []


def test_decisions_are_numbered_without_a_double() -> None:
    numbers = Counter(path.name[:4] for path in (ROOT / "docs/adr").glob("*.md"))

    assert [number for number, times in numbers.items() if times > 1 or not number.isdecimal()] == []


def _leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    if not anchor:
        return target.exists()
    return target.is_file() and anchor in {_anchor(heading) for heading in HEADING.findall(target.read_text())}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
