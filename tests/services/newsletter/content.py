"""Which issue do the tests send? A release payload per language, as the CMS would freeze it."""

from datetime import UTC, date, datetime
from uuid import UUID

from foundation.contracts.release import (
    Issue,
    IssueItem,
    Licence,
    Picture,
    PictureSource,
    ReleasePayload,
)

ISSUE_ID = UUID("0f9d5f4e-0000-4000-8000-000000000001")
COMIC_ID = UUID("0f9d5f4e-0000-4000-8000-000000000002")
FILM_ID = UUID("0f9d5f4e-0000-4000-8000-000000000003")

WORDS = {
    "en": {
        "title": "Screens protect nobody",
        "summary": "A new comic, a film and a day with peer experts.",
        "introduction": "<p>Young people made these tools <b>with</b> us. Read them & pass them on.</p>",
        "comic": "“Just a photo?” – our comic",
        "comic_text": '<p>Twelve panels about a picture that travels. <a href="https://example.org/a?b=1&amp;c=2">More</a></p>',
        "film": "The film of the youth panel",
        "film_text": "<p>Three minutes, captioned.</p><ul><li>For classes</li><li>For parents</li></ul>",
        "day": "Meet the peer experts",
        "day_text": "<p>Twenty of them, one afternoon, no slides.</p>",
        "alt": "Two friends look at one phone",
    },
    "fr": {
        "title": "Un écran ne protège personne",
        "summary": "Une nouvelle BD, un film et une journée avec les pairs experts.",
        "introduction": "<p>Des jeunes ont créé ces outils <b>avec</b> nous. Lisez-les et faites-les passer.</p>",
        "comic": "« Juste une photo ? » – notre BD",
        "comic_text": "<p>Douze cases à propos d’une image qui voyage.</p>",
        "film": "Le film du panel de jeunes",
        "film_text": "<p>Trois minutes, sous-titrées.</p><ul><li>Pour l’école</li><li>Pour les parents</li></ul>",
        "day": "Rencontrez les pairs experts",
        "day_text": "<p>Ils sont vingt, un après-midi, sans diapositives.</p>",
        "alt": "Deux amies regardent un téléphone",
    },
    "ar": {
        "title": "الشاشة لا تحمي أحدًا",
        "summary": "قصة مصورة جديدة وفيلم ويوم مع الخبراء الأقران.",
        "introduction": "<p>صنع شباب هذه الأدوات <b>معنا</b>. اقرؤوها وشاركوها.</p>",
        "comic": "«مجرد صورة؟» – قصتنا المصورة",
        "comic_text": "<p>اثنتا عشرة لوحة عن صورة تسافر.</p>",
        "film": "فيلم لجنة الشباب",
        "film_text": "<p>ثلاث دقائق مع ترجمة مكتوبة.</p><ul><li>للصفوف</li><li>للأهل</li></ul>",
        "day": "قابلوا الخبراء الأقران",
        "day_text": "<p>عشرون منهم، بعد ظهر واحد، بلا شرائح عرض.</p>",
        "alt": "صديقتان تنظران إلى هاتف واحد",
    },
}
WORDS["nl"] = WORDS["en"] | {"title": "Een scherm beschermt niemand", "comic": "Onze strip"}


def issue_payload(locale: str = "en", *, number: int = 1, items: tuple[IssueItem, ...] | None = None) -> ReleasePayload:
    """Return an issue with a comic, a film and an item without a tool."""
    words = WORDS[locale]
    return ReleasePayload(
        tool_id=ISSUE_ID,
        kind="issue",
        locale=locale,
        direction="rtl" if locale == "ar" else "ltr",
        number=number,
        released_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        change_class="meaning",
        changelog="First release.",
        title=words["title"],
        slug="screens",
        summary=words["summary"],
        licence=Licence(
            code="CC-BY-NC-4.0", name="CC BY-NC 4.0", url="https://creativecommons.org/licenses/by-nc/4.0/"
        ),
        credit="Make-IT-Safe",
        issue=Issue(
            issued_on=date(2026, 11, 21),
            introduction=words["introduction"],
            items=issue_items(words) if items is None else items,
        ),
    )


def issue_items(words: dict[str, str]) -> tuple[IssueItem, ...]:
    return (
        IssueItem(
            heading=words["comic"],
            text=words["comic_text"],
            tool_id=COMIC_ID,
            tool_kind="comic",
            picture=picture("comic", alt=words["alt"]),
        ),
        IssueItem(
            heading=words["film"],
            text=words["film_text"],
            tool_id=FILM_ID,
            tool_kind="film",
            picture=picture("film", alt=words["alt"]),
        ),
        IssueItem(heading=words["day"], text=words["day_text"]),
    )


def picture(name: str, *, alt: str) -> Picture:
    """Return a picture in the formats and widths the CMS makes."""
    sources = [
        PictureSource(
            url=f"/files/{name}-{width}.{suffix}",
            media_type=f"image/{media}",
            size_bytes=1000,
            sha256="0" * 64,
            width=width,
            height=width * 9 // 16,
        )
        for media, suffix in (("avif", "avif"), ("webp", "webp"), ("jpeg", "jpg"))
        for width in (1600, 1200, 800, 400)
    ]
    return Picture(alt=alt, width=1600, height=900, sources=tuple(sources))
