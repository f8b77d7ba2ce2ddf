"""How does the content get into a database? ``python -m tests.bench._api.seed ours|stock``, as the environment says."""

import json
import sys
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from tests.bench._api.content import FIRST, LOCALES, TOOLS, as_fields, payload


def ours() -> None:
    """Release everything through the action that publishing ends in."""
    from cms.releases.actions import Prepared, release_edition

    with transaction.atomic():
        for number in range(TOOLS):
            for locale in LOCALES:
                draft = payload(number, locale)
                release_edition(Prepared(draft, (), 0), by=None, at=draft.released_at)


def stock() -> None:
    """Store everything as live pages below one home per language."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Locale, Page, Site

    from tests.bench._api.stock.models import ToolPage

    content_type = ContentType.objects.get_for_model(ToolPage)
    with transaction.atomic():
        root = Page.get_first_root_node()
        for code in LOCALES:
            locale = Locale.objects.get_or_create(language_code=code)[0]
            home = root.add_child(instance=Page(title=f"Home {code}", slug=f"home-{code}", locale=locale))
            if code == LOCALES[0]:
                Site.objects.update(root_page=root)
            _insert(home, [as_fields(payload(number, code)) for number in range(TOOLS)], content_type)


def _insert(home: Any, tools: list[dict[str, Any]], content_type: Any) -> None:
    """Write pages without the signals of saving them one by one."""
    from wagtail.models import Page

    pages = [
        Page(
            path=Page._get_path(home.path, home.depth + 1, number),
            depth=home.depth + 1,
            title=fields["title"],
            draft_title=fields["title"],
            slug=f"tool-{number}",
            url_path=f"{home.url_path}tool-{number}/",
            locale=home.locale,
            content_type=content_type,
            live=True,
            first_published_at=FIRST,
        )
        for number, fields in enumerate(tools, start=1)
    ]
    Page.objects.bulk_create(pages)
    Page.objects.filter(pk=home.pk).update(numchild=len(pages))
    names = ("summary", "credit", "licence", "themes", "cover", "comic")
    rows = [
        [page.pk, *(value if isinstance(value := fields[name], str) else json.dumps(value) for name in names)]
        for page, fields in zip(pages, tools, strict=True)
    ]
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * (len(names) + 1))
        sql = f"INSERT INTO stock_toolpage (page_ptr_id, {', '.join(names)}) VALUES ({marks})"  # noqa: S608 - constants
        cursor.executemany(sql, rows)


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    {"ours": ours, "stock": stock}[sys.argv[1]]()
