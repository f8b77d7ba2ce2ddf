"""How do the demo's themes and audiences come into the taxonomy?"""

from django.db import transaction

from cms.taxonomy.models import Audience, Theme
from infra.local.beginnings import make_term
from infra.local.demo.content.terms import AUDIENCES, THEMES


def make_terms() -> None:
    with transaction.atomic():
        for code, words in THEMES.items():
            make_term(Theme, code, words)
        for code, words in AUDIENCES.items():
            make_term(Audience, code, words)
