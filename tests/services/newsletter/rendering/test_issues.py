"""Does the mail show the issue, whole, in its language and direction, with nothing fetched from elsewhere?"""

import re
from html import unescape

import pytest
from django.template.loader import render_to_string

from foundation.contracts.release import IssueItem, Picture
from services.newsletter.rendering.issues import Occasion, draw_issue
from services.newsletter.rendering.languages import is_spoken, spoken
from services.newsletter.rendering.mails import PREFERENCES_MARK, UNSUBSCRIBE_MARK, to_html
from services.newsletter.rendering.pictures import mail_picture
from tests.services.newsletter.content import COMIC_ID, WORDS, issue_payload, picture

OCCASION = Occasion("https://news.example/archive/1/en")


@pytest.mark.parametrize(
    ("locale", "see", "direction"),
    [("en", "See the tool", "ltr"), ("fr", "Voir l’outil", "ltr"), ("ar", "شاهد الأداة", "rtl")],
)
def test_everything_of_the_issue_is_in_html_and_text(locale: str, see: str, direction: str) -> None:
    drawn = draw_issue(issue_payload(locale), OCCASION)

    words = WORDS[locale]
    for word in ("title", "comic", "film", "day"):
        assert words[word] in drawn.html
        assert words[word] in drawn.text
    assert drawn.subject == words["title"]
    assert words["summary"] in drawn.html  # the preheader
    assert f'<html lang="{locale}" dir="{direction}"' in drawn.html
    assert drawn.html.count(see) == drawn.text.count(see) == 2
    for mark in (UNSUBSCRIBE_MARK, PREFERENCES_MARK):
        assert drawn.html.count(mark) == drawn.text.count(mark) == 1


def test_arabic_reads_from_the_right_throughout() -> None:
    html = draw_issue(issue_payload("ar"), OCCASION).html

    assert "direction:ltr" not in html
    assert 'align="left"' not in html
    assert 'align="right"' in html


def test_vowel_signs_joiners_and_backslashes_survive_in_alternative_texts() -> None:
    alt = 'أحدًا 👩‍👧 C:\\x "q" <b>'
    item = IssueItem(heading="h", text="t", picture=picture("p", alt=alt))

    html = draw_issue(issue_payload("ar", items=(item,)), OCCASION).html

    found = re.search(r'<img alt="([^"]*)"', html)
    assert found is not None
    assert "\\u{" not in html
    assert unescape(found[1]) == alt


def test_no_font_script_or_style_comes_from_elsewhere() -> None:
    html = draw_issue(issue_payload("en"), OCCASION).html

    fetched = re.findall(r"(?:src|@import|url\(|<link)[^>]*?(https?://[^\"')\s]+)", html)
    assert {address.split("/")[2] for address in fetched} == {"127.0.0.1:8001"}
    assert "<script" not in html
    assert "fonts.googleapis" not in html


def test_pictures_are_jpeg_wide_enough_for_a_dense_screen_and_never_avif_or_webp() -> None:
    chosen = mail_picture(picture("comic", alt="A"), base_url="https://delivery.example")

    assert chosen is not None
    assert chosen.url == "https://delivery.example/files/comic-1200.jpg"


def test_a_picture_without_a_client_safe_format_is_left_out() -> None:
    whole = picture("comic", alt="A")
    modern = Picture(alt="A", width=10, height=10, sources=whole.sources[:4])
    small = whole.model_copy(update={"sources": whole.sources[-1:]})

    assert mail_picture(modern, base_url="https://d.example") is None
    assert mail_picture(None, base_url="https://d.example") is None
    assert mail_picture(small, base_url="https://d.example").width == 400  # type: ignore[union-attr]


def test_markup_in_plain_fields_is_shown_as_text() -> None:
    item = IssueItem(heading="<script>x</script> & <mj-raw>", text="<p>t</p>", tool_id=COMIC_ID, tool_kind="comic")
    payload = issue_payload("en", items=(item,)).model_copy(update={"title": '</mj-title><b>"T"', "credit": "<i>c</i>"})

    drawn = draw_issue(payload, OCCASION)

    assert "&lt;script&gt;x&lt;/script&gt; &amp; &lt;mj-raw&gt;" in drawn.html
    assert "<script>" not in drawn.html
    assert "</mj-title>" not in drawn.html
    assert "<script>x</script> & <mj-raw>" in drawn.text


def test_a_withdrawn_item_leaves_the_mail_silently_and_the_archive_with_a_word() -> None:
    mail = draw_issue(issue_payload("en"), OCCASION, withdrawn=[0])
    page = draw_issue(issue_payload("en"), Occasion("https://news.example/x", is_mail=False), withdrawn=[0])

    for drawn in (mail, page):
        assert WORDS["en"]["comic"] not in drawn.html
        assert "comic-" not in drawn.html
        assert str(COMIC_ID) not in drawn.html
    assert "withdrawn" not in mail.html
    assert "This article has been withdrawn." in page.html


def test_the_archive_offers_to_subscribe_and_nothing_that_is_a_readers_own() -> None:
    page = draw_issue(issue_payload("en"), Occasion("https://news.example/x", is_mail=False))

    assert "\ue000" not in page.html + page.text
    assert "/subscribe/" in page.html
    assert "You get this mail" not in page.html


def test_a_language_we_do_not_speak_keeps_its_direction_and_its_name() -> None:
    payload = issue_payload("en").model_copy(update={"locale": "fa", "direction": "rtl"})

    drawn = draw_issue(payload, OCCASION)

    assert '<html lang="fa" dir="rtl"' in drawn.html
    assert "See the tool" in drawn.html


def test_what_is_no_issue_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="not an issue"):
        draw_issue(issue_payload("en").model_copy(update={"issue": None}), OCCASION)


def test_languages_fall_back_to_their_base_and_then_to_english() -> None:
    assert [spoken(locale) for locale in ("fr", "nl-BE", "zh-Hant", "ar-MA", "pl")] == ["fr", "nl", "en", "ar", "en"]
    assert [is_spoken(locale) for locale in ("fr-CA", "pl", "")] == [True, False, False]


def test_a_template_that_is_no_mjml_is_an_error_and_not_half_a_mail() -> None:
    with pytest.raises(ValueError, match="root template"):
        to_html("<mjml><mj-body><mj-text></mj-body></mjml>")

    assert "<mjml" in render_to_string("mails/link.mjml", {"direction": "ltr", "start": "left", "locale": "en"})
