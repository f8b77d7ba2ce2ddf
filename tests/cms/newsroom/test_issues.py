"""What does an issue need, and what of its text leaves the house?"""

from typing import Any

import pytest
from django.utils import timezone

from cms.newsroom.allowlist import allowed_html, followable, useless_links
from cms.releases.actions import recall
from cms.releases.models import Release
from foundation.contracts.release import ReleasePayload
from tests.cms.factories import issue_item, issue_items, make_artwork, make_comic, make_issue, make_translation

pytestmark = pytest.mark.django_db


def reasons(page: Any) -> list[tuple[str, str]]:
    return [
        (reason.code, reason.field.replace(page.items[0].id, "ID") if page.items else reason.field)
        for reason in page.gate_reasons()
    ]


def test_a_released_issue_points_at_its_tool_in_any_language() -> None:
    comic = make_comic(publish=True)

    make_issue(tool=comic, publish=True, issued_on="2014-03-17")

    payload = ReleasePayload.model_validate_json(bytes(Release.objects.get(kind="issue").payload))
    assert payload.issue is not None
    assert payload.issue.issued_on.isoformat() == "2014-03-17"
    assert payload.issue.introduction == "<p>Hello! Here is what is new.</p>"
    [item] = payload.issue.items
    assert (item.heading, item.text) == ("A new comic", "<p>Read it together.</p>")
    assert (item.tool_id, item.tool_kind, item.picture) == (comic.tool_id, "comic", None)


def test_an_issue_without_items_is_refused() -> None:
    assert reasons(make_issue(items=[])) == [("issue-items", "items")]


def test_heading_and_text_of_an_item_are_asked_for() -> None:
    page = make_issue(items=issue_items([issue_item("", "<p> </p>")]))

    assert reasons(page) == [("issue-items", "items.ID.heading"), ("issue-items", "items.ID.text")]


@pytest.mark.parametrize(
    "link", ['<a href="">here</a>', '<a href="#top">here</a>', '<a linktype="page" id="1">here</a>']
)
def test_a_link_that_leads_nowhere_from_a_mail_is_refused(link: str) -> None:
    page = make_issue(items=issue_items([issue_item(text=f"<p>Look {link}.</p>")]))

    assert reasons(page) == [("issue-links", "items.ID.text")]
    assert "“here”" in page.gate_reasons()[0].message


def test_a_link_in_the_introduction_is_looked_at_too() -> None:
    assert reasons(make_issue(introduction='<p><a href="">here</a></p>')) == [("issue-links", "introduction")]


def test_a_tool_that_is_not_released_is_refused_until_it_is() -> None:
    comic = make_comic()
    page = make_issue(tool=comic)
    before = reasons(page)

    comic.save_revision().publish()
    after = reasons(page)
    recall(comic.tool_id, scope="tool", reason="Consent withdrawn.", by=None, at=timezone.now())

    assert before == [("issue-tools", "items.ID.tool")]
    assert after == []
    assert reasons(page) == before


def test_a_tool_released_in_another_language_will_do() -> None:
    comic = make_comic(publish=True)
    french = make_translation(comic, "fr")

    assert reasons(make_issue(tool=french)) == []


def test_a_picture_must_be_described() -> None:
    item = issue_item() | {"picture": make_artwork().pk}

    assert reasons(make_issue(items=issue_items([item]))) == [("alt-text", "items.ID.picture_description")]


def test_a_translated_issue_keeps_its_items_and_stays_a_draft() -> None:
    issue = make_issue(publish=True)

    copy = make_translation(issue, "fr")

    assert (copy.live, copy.items.get_prep_value()) == (False, issue.items.get_prep_value())
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ("<p>A <strong>b</strong> <em>i</em></p>", "<p>A <b>b</b> <i>i</i></p>"),
        ('<h2>Big</h2><h3 class="x">Small</h3>', "Big<h3>Small</h3>"),
        ('<p onclick="x()">Text<script>alert(1)</script></p>', "<p>Text</p>"),
        (
            '<a href="https://example.org/?a=1&amp;b=2" target="_blank">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        ),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="/pages/secret/">x</a>', "x"),
        ("<p>1 < 2 & 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<ul><li>a</li></ul><ol><li>b</li></ol>", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
    ],
)
def test_only_the_allow_list_leaves_the_house(stored: str, kept: str) -> None:
    assert allowed_html(stored) == kept


@pytest.mark.parametrize("href", ["https://ecpat.be", "http://x.org/a", "mailto:a@example.org", "tel:+32"])
def test_complete_addresses_can_be_followed(href: str) -> None:
    assert followable(href) == href
    assert useless_links(f'<a href="{href}">x</a>') == ()


@pytest.mark.parametrize(
    "href", ["", "/a", "a", "https://", "javascript:alert(1)", "data:text/html,x", "ftp://x", "mailto:"]
)
def test_others_cannot(href: str) -> None:
    assert followable(href) is None
