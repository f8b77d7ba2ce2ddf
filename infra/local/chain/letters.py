"""What readers get: an issue in their language, a way out that works, and a way in that asks first."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

from infra.local.chain.expecting import ChainBroken, answered, expect, same, wait_for
from infra.local.chain.forms import form_with
from infra.local.chain.installation import LIST, LIST_NAME
from infra.local.chain.scene import Scene
from infra.local.chain.staff import blocks, rich_text

TITLES = {"en": "Make-IT-Safe, for the check", "fr": "Make-IT-Safe, pour l’essai"}
TYPING_S = 2.2  # a form that comes back faster was filled in by a machine, and is refused


def readers_subscribe(scene: Scene) -> str:
    """Subscribe everybody on the public page; each is on the list once they have answered their mail."""
    scene.installation.make_list()
    for path in _asked_to_confirm(scene, scene.readers):
        _confirm(scene, path)
    return f"{len(scene.readers)} readers, asked by mail"


def _asked_to_confirm(scene: Scene, readers: dict[str, str]) -> list[str]:
    """Fill in the page for each of the readers; return the paths their mails ask them to confirm at."""
    html = answered(scene.newsletter.get("/subscribe/"), 200).text
    form, choice, opened = form_with(html, "opened"), _checkbox_of(html), time.monotonic()
    wait_for("Time for a person to type", lambda: time.monotonic() - opened > TYPING_S)
    for who, language in readers.items():
        data = form.filled(address=who, language=language, lists=choice)
        answered(scene.newsletter.post("/subscribe/", data=data, follow_redirects=True), 200)
    return [_path_to_confirm(scene, who) for who in readers]


def _confirm(scene: Scene, path: str) -> None:
    shown = answered(scene.newsletter.post(path, follow_redirects=True), 200).text
    found = re.search(r"/preferences/[^\s\"<>]+", shown)
    if found is None:
        raise ChainBroken("Who has confirmed is shown no way to the settings.")
    scene.made.preferences.append(found[0])


def readers_leave(scene: Scene) -> str:
    """Leave all lists on the page of one's own settings."""
    number = take_off_the_list(scene)
    same("The subscribers at the end", _subscribers(scene), 0)
    return f"{number} readers"


def take_off_the_list(scene: Scene) -> int:
    """Let everybody leave who is still on the list of the check; return how many."""
    number = len(scene.made.preferences)
    while scene.made.preferences:
        answered(scene.newsletter.post(scene.made.preferences[-1], data={"action": "leave"}), 200)
        scene.made.preferences.pop()
    return number


def _checkbox_of(html: str) -> str:
    """Return the value of the list of the check on the page where one subscribes."""
    found = re.search(r'name="lists"[^>]*?value="(\d+)"(?:(?!name="lists").)*?\b' + LIST_NAME + r"\b", html, re.DOTALL)
    if found is None:
        command = f"./hub manage newsletter create_list {LIST} {LIST_NAME}"
        raise ChainBroken(f"There is no list “{LIST_NAME}” to subscribe to: make it with {command}")
    return found[1]


def _path_to_confirm(scene: Scene, who: str) -> str:
    mail = wait_for(f"The mail that asks {who}", lambda: scene.mails_to(who), limit_s=20)[0]
    found = re.search(r"/confirm/[^\s\"<>]+", mail["text"])
    if found is None:
        raise ChainBroken("The mail has no address to confirm with.")
    return found[0]


def issue_is_published(scene: Scene) -> str:
    """Write an issue that points at both tools, in two languages."""
    staff, made = scene.staff, scene.made
    parent = staff.page_ids("newsroom.NewsroomPage", "en")[0]
    empty = {"introduction": rich_text("Hello."), **blocks("items", [])}
    page = staff.add_page("newsroom.IssuePage", parent, title=TITLES["en"], slug=f"issue-{scene.tag}", **empty)
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
    expect(_subscribers(scene) == len(scene.readers), f"The list “{LIST_NAME}” has other readers: nothing is sent.")
    progress = begin_sending(scene)

    def finished() -> str | None:
        shown = scene.staff.get(progress)
        return shown if "data-live-done" in shown else None

    shown = re.sub(r"<[^>]+>|\s+", " ", wait_for("The sending's being finished", finished))
    same("The mails that were taken", _counts(shown)["accepted"], len(scene.readers))
    return f"{len(scene.readers)} mails taken by the mail server"


def _counts(text: str) -> dict[str, int]:
    found = re.search(r"(\d+)\s+Taken by the mail server", text)
    if found is None:
        raise ChainBroken(f"The sending does not say how many were taken: {' '.join(text.split())[:300]}")
    return {"accepted": int(found[1])}


def readers_have_their_mail(scene: Scene) -> str:
    """Everybody has exactly one mail, in their language or the one for everybody else, with a way out."""
    wanted = {"en": TITLES["en"], "fr": TITLES["fr"], "nl": TITLES["en"]}
    for who, language in scene.readers.items():
        mails = wait_for(f"The mail to {who}", lambda who=who: _issues_to(scene, who), limit_s=20)  # type: ignore[misc]
        same(f"The number of mails to {who}", len(mails), 1)
        expect(wanted[language] in mails[0]["subject"], f"{who} got “{mails[0]['subject']}”.")
        headers = _headers(mails[0])
        same("List-Unsubscribe-Post (RFC 8058)", headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click")
        expect("list-id" in headers and mails[0]["html"] and mails[0]["text"], f"The mail to {who} is not whole.")
    return "one each, in English and French"


def _issues_to(scene: Scene, who: str) -> list[dict[str, Any]]:
    """Return the mails of the sending: those that ask to confirm have no list."""
    return [mail for mail in scene.mails_to(who) if "list-id" in _headers(mail)]


def _headers(mail: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in mail["headers"]}


def one_click_unsubscribes(scene: Scene) -> str:
    """Look at the way out, which changes nothing; then take it with one POST, as mail programs do."""
    who = next(iter(scene.readers))
    path = _way_out(scene, who)
    answered(scene.newsletter.get(path), 200)
    same("The subscribers after looking", _subscribers(scene), len(scene.readers))
    answered(scene.newsletter.post(path, data={"List-Unsubscribe": "One-Click"}), 200)
    same("The subscribers after the click", _subscribers(scene), len(scene.readers) - 1)
    return "GET changes nothing, POST does"


def _way_out(scene: Scene, who: str) -> str:
    found = re.search(r"<(http[^>]+)>", _headers(_issues_to(scene, who)[0])["list-unsubscribe"])
    if found is None:
        raise ChainBroken("List-Unsubscribe names no web address.")
    return urlsplit(found[1]).path


def _subscribers(scene: Scene) -> int:
    """Return how many readers the list of the check has, as staff see it."""
    html = scene.staff.get(f"/admin/newsroom/{scene.made.pages['issue-en']}/send/")
    found = re.search(rf'value="{LIST}".*?<strong>([\d,]+)</strong>', html, re.DOTALL)
    if found is None:
        raise ChainBroken(f"The screen to send from does not show the list {LIST}.")
    return int(found[1].replace(",", ""))


def new_reader_confirms(scene: Scene) -> str:
    """Subscribe on the public page: only who answers the mail is on the list."""
    before = _subscribers(scene)
    (path,) = _asked_to_confirm(scene, {f"new-reader-{scene.tag}@example.org": "fr"})
    answered(scene.newsletter.get(path), 200)
    same("The subscribers after looking", _subscribers(scene), before)
    _confirm(scene, path)
    same("The subscribers after confirming", _subscribers(scene), before + 1)
    return "GET confirms nothing, POST does"
