"""What partners see: the API, the files, and the partner's site."""

import hashlib
from urllib.parse import urljoin

from infra.local.chain.expecting import answered, expect, same, wait_for
from infra.local.chain.scene import Scene


def tools_are_listed(scene: Scene) -> str:
    """Read the list in French, and one tool in a language it doesn't exist in."""
    items = scene.tools(locale="fr", fallback="en")
    ours = {item["tool_id"]: item["locale"] for item in items if item["tool_id"] in scene.made.tools.values()}
    same("The languages in the French list", ours, dict.fromkeys(scene.made.tools.values(), "fr"))
    found = scene.json(f"/v1/tools/{scene.made.tools['comic']}", locale="nl-BE", fallback="fr,en")
    same("What was asked for", found["requested_locale"], "nl-BE")
    same("What is served instead", found["served_locale"], "fr")
    same("The languages there are", sorted(found["available_locales"]), ["en", "fr"])
    return "French, and a fallback for Flemish that says so"


def release_is_pinned(scene: Scene) -> str:
    """Read one release by its number: its bytes are what its validator says, and asking again costs nothing."""
    path = f"/v1/tools/{scene.made.tools['comic']}/releases/en/1"
    answer = answered(scene.api.get(path), 200)
    same("The validator", answer.headers["ETag"].strip('"'), hashlib.sha256(answer.content).hexdigest())
    again = answered(scene.api.get(path, headers={"If-None-Match": answer.headers["ETag"]}), 304)
    same("The body of 304", again.content, b"")
    return "sha256 is the ETag, 304 when asked again"


def changes_are_fed(scene: Scene) -> str:
    cursors = [change["cursor"] for change in scene.changes(scene.feed_began_at)]
    wanted = range(scene.feed_began_at + 1, scene.feed_began_at + 1 + len(cursors))
    same("The feed", cursors, list(wanted))
    return f"{len(cursors)} changes without a gap"


def api_is_described(scene: Scene) -> str:
    description = scene.json("/v1/openapi.json")
    expect(description["openapi"].startswith("3.1"), f"The description is OpenAPI {description['openapi']}.")
    return f"OpenAPI {description['openapi']}, {len(description['paths'])} paths"


def film_is_playable(scene: Scene) -> str:
    """Follow the playlists to the first and the last segment, and fetch the end of the MP4 by range."""
    film = scene.json(f"/v1/tools/{scene.made.tools['film']}", locale="en")["release"]["film"]
    scene.made.film_files = [film["mp4"]["url"], film["hls"]["url"]]
    segments = [name for playlist in _entries(scene, film["hls"]["url"]) for name in _segments(scene, playlist)]
    expect(len(segments) > 1, "The playlists name no segments.")
    for segment in (segments[0], segments[-1]):
        scene.made.film_files.append(segment)
        expect(len(answered(scene.api.get(segment), 200).content) > 100, f"{segment} is empty.")
    size = film["mp4"]["size_bytes"]
    part = answered(scene.api.get(film["mp4"]["url"], headers={"Range": "bytes=-1000"}), 206)
    same("The range", part.headers["Content-Range"], f"bytes {size - 1000}-{size - 1}/{size}")
    captions = {track["locale"]: scene.api.get(track["asset"]["url"]).text for track in film["captions"]}
    expect(captions.get("en", "").startswith("WEBVTT"), f"The English captions are missing: {sorted(captions)}")
    return f"{len(segments)} segments, MP4 by range, captions"


def _entries(scene: Scene, url: str) -> list[str]:
    """Return what a playlist names: addresses of lines without a sign, and of URI attributes."""
    text = answered(scene.api.get(url), 200).text
    expect(text.startswith("#EXTM3U"), f"{url} is no playlist.")
    plain = [line for line in text.splitlines() if line and not line.startswith("#")]
    named = [line.split('URI="')[1].split('"')[0] for line in text.splitlines() if 'URI="' in line]
    return [urljoin(url, name) for name in (*named, *plain)]


def _segments(scene: Scene, playlist: str) -> list[str]:
    return _entries(scene, playlist) if playlist.endswith(".m3u8") else [playlist]


def site_shows_the_tools(scene: Scene) -> str:
    """Look at the partner's site in French and in Arabic, which no tool exists in."""
    home = answered(scene.site.get("/", params={"lang": "fr"}), 200).text
    expect("Deux amies" in home and "Une pince" in home, "The French home does not show both tools.")
    film = answered(scene.site.get(f"/tools/{scene.made.tools['film']}", params={"lang": "fr"}), 200).text
    expect("<video" in film and 'srclang="fr"' in film, "The page of the film has no player with captions.")
    arabic = answered(scene.site.get("/", params={"lang": "ar"}), 200).text
    expect('dir="rtl"' in arabic and "English" in arabic, "The Arabic home does not say that it shows English.")
    return "in French, and honestly in Arabic"


def hooks_are_verified(scene: Scene) -> str:
    """The partner's site has heard of every release so far, with signatures that are right, and refuses others."""
    wanted = {change["cursor"] for change in scene.changes(scene.feed_began_at)}

    def look() -> bool:
        heard = scene.site.get("/hooks/heard").json()["items"]
        return wanted <= {item["data"]["cursor"] for item in heard}

    wait_for(f"The partner's hearing of {len(wanted)} changes", look, limit_s=20)
    forged = {"webhook-id": "msg_forged", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    answered(scene.site.post("/hooks/make-it-safe", content=b"{}", headers=forged), 401)
    return f"{len(wanted)} signed messages, a forged one refused"


def _gone(scene: Scene, address: str) -> None:
    """Wait until an address answers 410: a cache in front may go on for a few seconds."""
    wait_for(f"410 at {address}", lambda: scene.api.get(address).status_code == 410, limit_s=5)


def film_is_recalled(scene: Scene) -> str:
    """Recall the film: the API, the files and the partner's site must say that it is gone."""
    tool, page = scene.made.tools["film"], scene.made.pages["film-en"]
    before = scene.feed_end()
    scene.staff.recall(page, reason="The group asked for it.")
    for address in (f"/v1/tools/{tool}", f"/v1/tools/{tool}/releases/en/1", *scene.made.film_files):
        _gone(scene, address)
    after = scene.changes(before)
    same(
        "The tombstones",
        sorted((item["type"], item["locale"]) for item in after),
        [("recalled", "en"), ("recalled", "fr")],
    )
    answered(scene.site.get(f"/tools/{tool}"), 410)

    def heard() -> bool:
        items = scene.site.get("/hooks/heard").json()["items"]
        return any((item["type"], item["data"]["tool_id"]) == ("release.recalled", tool) for item in items)

    wait_for("The partner's hearing of the recall", heard, limit_s=20)
    return f"API and {len(scene.made.film_files)} files answer 410, two tombstones, the partner has heard"
