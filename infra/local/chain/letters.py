"""What readers get: an issue in their language, a way out that works, and a way in that asks first."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

from infra.local.chain.expecting import ChainBroken, answered, expect, same, wait_for
from infra.local.chain.forms import form_with
from infra.local.chain.scene import Scene
from infra.local.chain.staff import blocks, rich_text
from infra.local.chain.tools import LIST, READERS

TITLES = {"en": "Make-IT-Safe, for the check", "fr": "Make-IT-Safe, pour l’essai"}
NEW_READER = "new-reader@example.org"
TYPING_S = 2.2  # a form that comes back faster was filled in by a machine, and is refused


def issue_is_published(scene: Scene) -> str:
    """Write an issue that points at both tools, in two languages."""
    staff, made = scene.staff, scene.made
    parent = staff.page_ids("newsroom.NewsroomPage", "en")[0]
    empty = {"introduction": rich_text("Hello."), **blocks("items", [])}
    page = staff.add_page("newsroom.IssuePage", parent, title=TITLES["en"], slug="issue", **empty)
    made.pages["issue-en"] = page
    for locale, title in TITLES.items():
        if locale == "fr":
            made.pages["issue-fr"] = page = staff.translate(page, "newsroom.IssuePage", "fr")
        same(
            f"The reasons against the issue ({locale})",
            staff.publish(page, **_issue_fields(scene, page, title, locale)),
            [],
        )
    return "in English and French"


def _issue_fields(scene: Scene, page: int, title: str, locale: str) -> dict[str, str]:
    html = scene.staff.get(f"/admin/pages/{page}/edit/")
    before = html[: html.index(">CC BY 4.0<")]
    licence = before[before.rindex('value="') + 7 :].split('"')[0]
    items = [
        _item(heading, str(scene.made.pages[f"{tool}-{locale}"]))
        for heading, tool in (("Film", "film"), ("Comic", "comic"))
    ]
    texts = {"title": title, "summary": "Two tools.", "credit": "The editors", "introduction": rich_text(f"{title}!")}
    return texts | {"licence": licence, "issued_on": "2014-12-18"} | blocks("items", items)


def _item(heading: str, tool: str) -> tuple[str, dict[str, str]]:
    text = rich_text(f"{heading}: have a look.")
    return "item", {"heading": heading, "text": text, "tool": tool, "picture": "", "picture_description": ""}


def begin_sending(scene: Scene) -> str:
    """Choose a list, see who would get what, and confirm; return where to watch it."""
    staff, page = scene.staff, scene.made.pages["issue-en"]
    form = form_with(staff.get(f"/admin/newsroom/{page}/send/"), "fallback")
    question = staff.browser.get(f"/admin/newsroom/{page}/send/confirm/", params=form.filled(lists=LIST, fallback="en"))
    asked = form_with(answered(question, 200).text, "sending_id")
    watched = answered(staff.post(str(question.url), asked.filled()), 200)
    return urlsplit(str(watched.url)).path + "progress/"


def issue_is_sent(scene: Scene) -> str:
    """Send the issue to a list and watch until everybody has been written to."""
    progress = begin_sending(scene)

    def finished() -> str | None:
        shown = scene.staff.get(progress)
        return shown if "data-live-done" in shown else None

    shown = re.sub(r"<[^>]+>|\s+", " ", wait_for("The sending's being finished", finished))
    same("The mails that were taken", _counts(shown)["accepted"], len(READERS))
    return f"{len(READERS)} mails taken by the mail server"


def _counts(text: str) -> dict[str, int]:
    found = re.search(r"(\d+)\s+Taken by the mail server", text)
    if found is None:
        raise ChainBroken(f"The sending does not say how many were taken: {' '.join(text.split())[:300]}")
    return {"accepted": int(found[1])}


def readers_have_their_mail(scene: Scene) -> str:
    """Everybody has exactly one mail, in their language or the one for everybody else, with a way out."""
    wanted = {"en": TITLES["en"], "fr": TITLES["fr"], "nl": TITLES["en"]}
    for who, language in READERS.items():
        mails = wait_for(f"The mail to {who}", lambda who=who: scene.mails_to(who), limit_s=20)  # type: ignore[misc]
        same(f"The number of mails to {who}", len(mails), 1)
        expect(wanted[language] in mails[0]["subject"], f"{who} got “{mails[0]['subject']}”.")
        headers = _headers(mails[0])
        same("List-Unsubscribe-Post (RFC 8058)", headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click")
        expect("list-id" in headers and mails[0]["html"] and mails[0]["text"], f"The mail to {who} is not whole.")
    return "one each, in English and French"


def _headers(mail: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in mail["headers"]}


def one_click_unsubscribes(scene: Scene) -> str:
    """Look at the way out, which changes nothing; then take it with one POST, as mail programs do."""
    who = next(iter(READERS))
    found = re.search(r"<(http[^>]+)>", _headers(scene.mails_to(who)[0])["list-unsubscribe"])
    if found is None:
        raise ChainBroken("List-Unsubscribe names no web address.")
    path = urlsplit(found[1]).path
    answered(scene.newsletter.get(path), 200)
    same("The subscribers after looking", _subscribers(scene), len(READERS))
    answered(scene.newsletter.post(path, data={"List-Unsubscribe": "One-Click"}), 200)
    same("The subscribers after the click", _subscribers(scene), len(READERS) - 1)
    return "GET changes nothing, POST does"


def _subscribers(scene: Scene) -> int:
    headers = {"Authorization": f"Bearer {scene.instance.secrets.newsletter_key}"}
    lists = answered(scene.newsletter.get("/v1/lists", headers=headers), 200).json()["items"]
    return sum(next(item for item in lists if item["slug"] == LIST)["subscribers"].values())


def new_reader_confirms(scene: Scene) -> str:
    """Subscribe on the public page: only who answers the mail is on the list."""
    before = _subscribers(scene)
    form = form_with(answered(scene.newsletter.get("/subscribe/"), 200).text, "opened")
    opened = time.monotonic()
    wait_for("Time for a person to type", lambda: time.monotonic() - opened > TYPING_S)
    data = form.filled(address=NEW_READER, language="fr")
    answered(scene.newsletter.post("/subscribe/", data=data, follow_redirects=True), 200)
    mail = wait_for("The mail that asks", lambda: scene.mails_to(NEW_READER), limit_s=20)[0]
    found = re.search(r"/confirm/[^\s\"<>]+", mail["text"])
    if found is None:
        raise ChainBroken("The mail has no address to confirm with.")
    answered(scene.newsletter.get(found[0]), 200)
    same("The subscribers after looking", _subscribers(scene), before)
    answered(scene.newsletter.post(found[0], follow_redirects=True), 200)
    same("The subscribers after confirming", _subscribers(scene), before + 1)
    return "GET confirms nothing, POST does"
