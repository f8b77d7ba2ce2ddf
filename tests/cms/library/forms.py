"""What does the editor of a page post?"""

from typing import Any

from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

COMMENTS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0}


def form_of(page: Any, **changes: Any) -> dict[str, Any]:
    """Return the fields of the editor of ``page`` as they would be posted, with ``changes``."""
    fields = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "licence": page.licence_id or "",
        "credit": page.credit,
        "changelog": page.changelog,
        "change_class": page.change_class,
        "comments": COMMENTS,
        **_FIELDS[page.kind](page),
    }
    posted = nested_form_data({**fields, **changes})
    return {name: value for name, value in posted.items() if value not in (None, False)}


def comic_fields(page: Any) -> dict[str, Any]:
    panels = [dict(panel) for block in page.pages for panel in block.value["panels"]]
    return {
        "cover": page.cover_id or "",
        "cover_description": page.cover_description,
        "pages": streamfield([("page", {"panels": posted_list([_panel(panel) for panel in panels])})]),
    }


def film_fields(page: Any) -> dict[str, Any]:
    return {
        "film": page.film_id or "",
        "transcript": page.transcript,
        "poster": page.poster_id or "",
        "poster_description": page.poster_description,
    }


def issue_fields(page: Any) -> dict[str, Any]:
    return {
        "issued_on": page.issued_on.isoformat(),
        "introduction": rich_text(page.introduction),
        "items": streamfield([("item", _issue_item(item.value)) for item in page.items]),
    }


def posted_list(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a ListBlock posts."""
    items = {str(i): {"value": value, "order": str(i), "deleted": "", "type": "item"} for i, value in enumerate(values)}
    return {"count": str(len(values)), **items}


def _panel(panel: dict[str, Any]) -> dict[str, Any]:
    return {
        "artwork": panel["artwork"] and panel["artwork"].pk,
        "description": panel["description"],
        "silent": panel["silent"] and "on",
        "speech": posted_list([dict(line) for line in panel["speech"]]),
    }


def _issue_item(value: Any) -> dict[str, Any]:
    return {
        "heading": value["heading"],
        "text": rich_text(value["text"].source),
        "tool": value["tool"].pk if value["tool"] else "",
        "picture": "",
        "picture_description": value["picture_description"],
    }


_FIELDS = {"comic": comic_fields, "film": film_fields, "issue": issue_fields}
