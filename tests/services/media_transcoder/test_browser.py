"""Does Debian's Chromium play the streams without a script, at the right moment and with sound?"""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from services.media_transcoder.cli import main
from tests.services.media_transcoder.films import MARK_S

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Lacks Debian's chromium.")

PLAY = """async (url) => {
  const film = document.createElement("video");
  film.muted = true; film.src = url; document.body.append(film);
  await film.play();
  await new Promise((done, failed) => {
    film.addEventListener("timeupdate", () => film.currentTime > 0.4 && done());
    film.addEventListener("error", () => failed(film.error.message));
  });
  film.pause();
  const brightness = async (second) => {
    await new Promise((done) => { film.addEventListener("seeked", done, {once: true}); film.currentTime = second; });
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const brush = canvas.getContext("2d");
    brush.drawImage(film, film.videoWidth / 2 - 4, film.videoHeight / 2 - 4, 8, 8, 0, 0, 1, 1);
    return brush.getImageData(0, 0, 1, 1).data[0];
  };
  return {
    before: await brightness(MARK - 0.05), after: await brightness(MARK + 0.05),
    seconds: film.duration, width: film.videoWidth, sound: film.webkitAudioDecodedByteCount,
    pictures: film.getVideoPlaybackQuality().totalVideoFrames,
  };
}""".replace("MARK", str(MARK_S))


ACROSS = """async (url) => {
  const film = document.createElement("video");
  film.muted = true; film.src = url; document.body.append(film);
  await new Promise((done, failed) => {
    film.addEventListener("seeked", done, {once: true});
    film.addEventListener("error", () => failed(film.error.message));
    film.currentTime = 3.6;
  });
  await film.play();
  await new Promise((done, failed) => {
    film.addEventListener("timeupdate", () => film.currentTime > 4.4 && done());
    film.addEventListener("error", () => failed(film.error.message));
  });
  film.pause();
  const played = Array.from({length: film.played.length}, (_, n) => [film.played.start(n), film.played.end(n)]);
  return {played, seconds: film.duration};
}"""


class Files(SimpleHTTPRequestHandler):
    """Serves a folder with single ranges (RFC 9110 §14), as every web server does."""

    extensions_map = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", "": "application/octet-stream"}

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self._send(200, b"<!doctype html><title>films</title>", "text/html")
            return
        data = path.read_bytes()
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not found:
            self._send(200, data, self.guess_type(path))
            return
        first, last = int(found[1]), min(int(found[2] or len(data)), len(data) - 1)
        self._send(206, data[first : last + 1], self.guess_type(path), f"bytes {first}-{last}/{len(data)}")

    def _send(self, status: int, body: bytes, media_type: str, content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Accept-Ranges", "bytes")
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def site(plain_result: Path) -> Iterator[str]:
    with serving(plain_result) as address:
        yield address


@pytest.fixture
def site_of_chunks(plain_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a film whose second chunk begins at its fourth second."""
    monkeypatch.setattr("services.media_transcoder.settings.FILM_CHUNK_S", 4.0)
    assert main([str(plain_film), str(tmp_path / "film")]) == 0
    with serving(tmp_path / "film") as address:
        yield address


@needs_chromium
def test_chromium_plays_the_streams_and_the_mp4_in_time(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(site)

        played = {url: page.evaluate(PLAY, f"{site}/{url}") for url in ("hls/master.m3u8", "film.mp4")}

        browser.close()
    for film in played.values():
        assert film["before"] < 140 < 220 < film["after"]  # the flash begins where it was filmed
        assert film["seconds"] == pytest.approx(9, abs=0.05)
        assert film["width"] in {480, 640}
        assert film["pictures"] > 5
        assert film["sound"] > 0


@needs_chromium
def test_chromium_plays_across_a_joint_without_a_gap(site_of_chunks: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(site_of_chunks)

        played = [page.evaluate(ACROSS, f"{site_of_chunks}/{url}") for url in ("hls/master.m3u8", "film.mp4")]

        browser.close()
    for film in played:
        ((begin_s, end_s),) = film["played"]
        assert begin_s == pytest.approx(3.6, abs=0.1)
        assert end_s > 4.4
        assert film["seconds"] == pytest.approx(9, abs=0.1)
