"""What of a payload does a page show? Payloads turned into what the templates print."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from infra.local.web.languages import NAMES

Gettext = Callable[[str], str]
Url = Callable[[str], str]


def gettext_noop(message: str) -> str:
    """Mark a string for translation that is translated later."""
    return message


KINDS = {"comic": gettext_noop("Comic"), "film": gettext_noop("Film"), "issue": gettext_noop("Newsletter")}
MONTHS = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


def language_name(tag: str) -> str:
    return NAMES.get(tag.partition("-")[0], tag)


def kind_name(item: dict[str, Any], gettext: Gettext) -> str:
    name = KINDS[item["kind"]]
    return gettext(name)


def month(day: date, gettext: Gettext) -> str:
    name = MONTHS[day.month - 1]
    return f"{gettext(name)} {day.year}"


def card(item: dict[str, Any], *, wanted: str, url: Url, gettext: Gettext) -> dict[str, Any]:
    """Return what a list shows of a tool; ``missing`` tells that it does not exist in the wanted language."""
    return {
        "id": item["tool_id"],
        "kind": item["kind"],
        "kind_name": kind_name(item, gettext),
        "title": item["title"],
        "summary": item["summary"],
        "language": item["locale"],
        "language_name": language_name(item["locale"]),
        "direction": item["direction"],
        "month": month(datetime.fromisoformat(item["released_at"]).date(), gettext),
        "missing": item["locale"].partition("-")[0] != wanted,
        "others": [language_name(tag) for tag in item["available_locales"]],
        "cover": picture(item.get("cover"), url=url, sizes="(min-width: 60rem) 24rem, 92vw"),
    }


def tool(found: dict[str, Any], *, wanted: str, url: Url, gettext: Gettext) -> dict[str, Any]:
    """Return what the page of a tool shows, whatever its kind."""
    payload = found["release"]
    served = payload["locale"]
    shown = {
        "id": payload["tool_id"],
        "kind_name": kind_name(payload, gettext),
        "title": payload["title"],
        "summary": payload["summary"],
        "credit": payload["credit"],
        "licence": payload["licence"],
        "language": served,
        "language_name": language_name(served),
        "direction": payload["direction"],
        "number": str(payload["number"]),
        "month": month(datetime.fromisoformat(payload["released_at"]).date(), gettext),
        "missing": served.partition("-")[0] != wanted,
        "wanted_name": language_name(wanted),
        "others": [(tag, language_name(tag)) for tag in found["available_locales"] if tag != served],
        "themes": [term["name"] for term in payload.get("themes", ())],
        "audiences": [term["name"] for term in payload.get("audiences", ())],
    }
    return shown | PARTS[payload["kind"]](payload, url, gettext)


def picture(frozen: dict[str, Any] | None, *, url: Url, sizes: str) -> dict[str, Any] | None:
    """Return a picture by format, the best first, each with its widths (HTML ``srcset``)."""
    if frozen is None:
        return None
    formats: dict[str, list[str]] = {}
    for source in frozen["sources"]:
        formats.setdefault(source["media_type"], []).append(f"{url(source['url'])} {source['width']}w")
    plain = _plain_source(frozen["sources"])
    return {
        "alt": frozen["alt"],
        "width": str(frozen["width"]),
        "height": str(frozen["height"]),
        "sources": [(media_type, ", ".join(widths)) for media_type, widths in formats.items()],
        "src": url(plain["url"]) if plain else "",
        "sizes": sizes,
    }


def _plain_source(sources: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a source every browser shows: a JPEG of middle size."""
    everywhere = [source for source in sources if source["media_type"] in {"image/jpeg", "image/png"}] or list(sources)
    everywhere.sort(key=lambda source: abs(source["width"] - 960))
    return everywhere[0] if everywhere else None


def _comic(payload: dict[str, Any], url: Url, _gettext: Gettext) -> dict[str, Any]:
    panels = [panel for page in payload["comic"]["pages"] for panel in page["panels"]]
    sizes = "(min-width: 60rem) 34rem, 92vw"
    shown = [
        {
            "number": str(number),
            "picture": picture(panel["artwork"], url=url, sizes=sizes),
            "narration": [line["text"] for line in panel.get("speech", ()) if line["kind"] == "narration"],
            "speech": [line for line in panel.get("speech", ()) if line["kind"] == "speech"],
        }
        for number, panel in enumerate(panels, start=1)
    ]
    return {"panels": shown, "count": str(len(shown))}


def _film(payload: dict[str, Any], url: Url, _gettext: Gettext) -> dict[str, Any]:
    film = payload["film"]
    minutes, seconds = divmod(round(film["duration_s"]), 60)
    poster = picture(film["poster"], url=url, sizes="100vw")
    return {
        "film": {
            "hls": url(film["hls"]["url"]),
            "mp4": url(film["mp4"]["url"]),
            "poster": poster["src"] if poster else "",
            "poster_alt": film["poster"]["alt"],
            "width": str(film["width"]),
            "height": str(film["height"]),
            "is_portrait": film["height"] > film["width"],
            "duration": f"{minutes}:{seconds:02d}",
            "has_sound": film["has_sound"],
            "captions": [
                {**track, "url": url(track["asset"]["url"]), "is_default": track["locale"] == payload["locale"]}
                for track in film.get("captions", ())
            ],
            "transcript": film.get("transcript", "").splitlines(),
        }
    }


def _issue(payload: dict[str, Any], url: Url, gettext: Gettext) -> dict[str, Any]:
    issue = payload["issue"]
    items = [
        item | {"shown": picture(item.get("picture"), url=url, sizes="(min-width: 60rem) 20rem, 92vw")}
        for item in issue["items"]
    ]
    # The contract allows p, a, b, i, ul, ol, li, h3 and br in these texts; the page's policy runs no script anyway.
    return {
        "introduction": issue["introduction"],
        "items": items,
        "month": month(date.fromisoformat(issue["issued_on"]), gettext),
    }


PARTS: dict[str, Callable[[dict[str, Any], Url, Gettext], dict[str, Any]]] = {
    "comic": _comic,
    "film": _film,
    "issue": _issue,
}
