"""The first half of the walk: staff upload a film, draw in a comic, are refused, and publish."""

import json
from io import BytesIO

from PIL import Image, ImageDraw

from infra.local.chain.expecting import answered, expect, same, wait_for
from infra.local.chain.scene import FILM, Scene
from infra.local.chain.staff import blocks, listed
from infra.local.chain.uploads import PartsToTheStore, begin_upload
from infra.local.demo.content.comic import COMICS

CAPTIONS = {
    "en": "WEBVTT\n\n00:00.200 --> 00:02.000\nA gripper closes.\n",
    "fr": "WEBVTT\n\n00:00.200 --> 00:02.000\nUne pince se ferme.\n",
}


def staff_logs_in(scene: Scene) -> str:
    known = scene.installation
    expect(not scene.staff.login(known.staff_name, "not the password"), "A wrong password opened the admin.")
    expect(scene.staff.login(known.staff_name, known.staff_password), "The password was not accepted.")
    scene.feed_began_at = scene.feed_end()
    return "a wrong password is refused"


def partner_is_registered(scene: Scene) -> str:
    """Make a partner with an endpoint; the secret is shown once, and handed to the partner's site."""
    staff = scene.staff
    name = f"School portal {scene.tag}"
    answered(staff.submit("/admin/partners/new/", "name", name=name), 200)
    form = staff.get("/admin/partner-endpoints/new/")
    scene.made.partner = partner = _option(form, name)
    hook = f"{scene.installation.doors.hooks}/hooks/make-it-safe"
    shown = answered(staff.submit("/admin/partner-endpoints/new/", "url", partner=partner, url=hook), 200).text
    scene.made.hook_secret = _shown_secret(shown, "whsec_")
    key = _shown_secret(
        answered(staff.submit("/admin/partner-keys/new/", "label", partner=partner, label="website"), 200).text, "mis_"
    )
    keys = {"api_key": key, "webhook_secret": scene.made.hook_secret}
    scene.installation.partner_keys_file.write_text(json.dumps(keys))
    return "key and webhook secret are shown once"


def _option(html: str, label: str) -> str:
    before = html[: html.index(f">{label}<")]
    return before[before.rindex('value="') + 7 :].split('"')[0]


def _shown_secret(html: str, prefix: str) -> str:
    expect(prefix in html, f"No secret beginning with {prefix} is shown.")
    rest = html[html.index(prefix) :]
    return "".join(char for char in rest[: min(rest.find(sign) for sign in '<" \n' if sign in rest)])


def film_is_uploaded(scene: Scene) -> str:
    """Upload in pieces; the connection is given up in the middle, and the rest is sent later."""
    staff, made = scene.staff, scene.made
    made.film = staff.add_film(f"A gripper of bricks {scene.tag}")
    upload, size = begin_upload(staff, made.film, FILM), FILM.stat().st_size
    if isinstance(upload, PartsToTheStore):
        upload.send()
        return f"{size:,} bytes, straight to the store"
    upload.send(at_most=2)
    half = upload.arrived_bytes()
    expect(0 < half < size, f"After two pieces the upload stands at {half}.")
    upload.send()
    return f"given up at {half:,} of {size:,} bytes, and resumed"


def film_is_prepared(scene: Scene) -> str:
    seen = scene.staff.wait_until_prepared(scene.made.film)
    return " → ".join(seen)


def film_is_refused_without_captions(scene: Scene) -> str:
    """Save the page of the film and try to publish it: the gate must name what is missing."""
    parent = scene.staff.page_ids("library.ToolIndexPage", "en")[0]
    scene.made.pages["film-en"] = page = scene.staff.add_page(
        "library.FilmPage", parent, title="A gripper", slug=f"a-gripper-{scene.tag}", film=scene.made.film
    )
    reasons = scene.staff.publish(page)
    for word in ("summary", "licence", "captions", "poster"):
        expect(any(word in reason.lower() for reason in reasons), f"No reason names the {word}: {reasons}")
    same("The changes of the feed", scene.changes(scene.feed_began_at), [])
    return f"{len(reasons)} reasons"


def film_is_published(scene: Scene) -> str:
    """Add captions in two languages, publish, copy for translation, publish again."""
    staff, made = scene.staff, scene.made
    for locale, vtt in CAPTIONS.items():
        staff.add_captions(made.film, locale, vtt)
    english = _film_texts(
        f"A gripper {scene.tag}", "A gripper of bricks closes and opens.", "A gripper of bricks on a table."
    )
    same("The reasons against the film", staff.publish(made.pages["film-en"], **english, **_rights(scene, "en")), [])
    made.pages["film-fr"] = staff.translate(made.pages["film-en"], "library.FilmPage", "fr")
    french = _film_texts(f"Une pince {scene.tag}", "Une pince de briques se ferme et s’ouvre.", "Une pince de briques.")
    same("The reasons against it in French", staff.publish(made.pages["film-fr"], **french, **_rights(scene, "fr")), [])
    made.tools["film"] = _tool_id(scene, f"A gripper {scene.tag}")
    return "in English and French"


def _film_texts(title: str, summary: str, poster: str) -> dict[str, str]:
    return {"title": title, "summary": summary, "poster_description": poster, "transcript": "Nobody speaks."}


def _rights(scene: Scene, locale: str) -> dict[str, str]:
    path = f"/admin/pages/{scene.made.pages[f'film-{locale}']}/edit/"
    return {"licence": _option(scene.staff.get(path), "CC BY 4.0"), "credit": "A group of young people"}


def _tool_id(scene: Scene, title: str) -> str:
    def look() -> str | None:
        items = scene.tools(locale="en")
        return next((str(item["tool_id"]) for item in items if item["title"] == title), None)

    return wait_for(f"The appearing of “{title}” in the API", look, limit_s=10)


def comic_is_published(scene: Scene) -> str:
    staff, made = scene.staff, scene.made
    pictures = [
        staff.upload_picture("Two friends", _drawing("#0b7a75"), "Two friends at a table."),
        staff.upload_picture("A phone", _drawing("#e4572e"), "A phone that lights up."),
    ]
    parent = staff.page_ids("library.ToolIndexPage", "en")[0]
    words = {code: COMICS[code].pages[1][0].lines[0][1] for code in ("en", "fr")}
    empty = {"title": "Two friends", "slug": f"two-friends-{scene.tag}", **blocks("pages", [])}
    page = staff.add_page("library.ComicPage", parent, **empty)
    made.pages["comic-en"] = page
    for locale, title in (("en", "Two friends"), ("fr", "Deux amies")):
        if locale == "fr":
            made.pages["comic-fr"] = page = staff.translate(page, "library.ComicPage", "fr")
        fields = _comic_fields(pictures, f"{title} {scene.tag}", words[locale])
        licence = _option(staff.get(f"/admin/pages/{page}/edit/"), "CC BY 4.0")
        same(f"The reasons against the comic ({locale})", staff.publish(page, licence=licence, **fields), [])
    made.tools["comic"] = _tool_id(scene, f"Two friends {scene.tag}")
    return "two panels, in English and French"


def _comic_fields(pictures: list[str], title: str, words: str) -> dict[str, str]:
    panels = []
    for picture in pictures:
        speech = listed("speech", [{"kind": "speech", "speaker": "Noor", "text": words}])
        panels.append({"artwork": picture, "description": f"{title}: a panel.", **speech})
    common = {"title": title, "summary": f"{title}, and a message.", "credit": "A group of young people"}
    cover = {"cover": pictures[0], "cover_description": f"{title} at a table."}
    return common | cover | blocks("pages", [("page", listed("panels", panels))])


def _drawing(colour: str) -> bytes:
    picture = Image.new("RGB", (900, 675), colour)
    ImageDraw.Draw(picture).ellipse((250, 140, 650, 540), fill="#fff8ef")
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
