"""Does an upload in a real browser survive a lost connection, a reload and a pause?"""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from cms.films.models import Film, Upload
from foundation.jobs.worker import run_until_idle
from foundation.storage import local_path, private_store
from tests.cms.films.visitor import BYTES_PER_SECOND, Visit, Visitor, Window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folders")]  # buckets have another way


@pytest.fixture(scope="module")
def big_film(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that begins as a film and takes three seconds on the visitor's line."""
    path = tmp_path_factory.mktemp("big") / "in Brussels.mp4"
    path.write_bytes(footage.read_bytes() + os.urandom(3 * BYTES_PER_SECOND))
    return path


@pytest.fixture
def visit(film: Film, live_server: Any, window: Window) -> Visit:
    """Do something in the browser, on the page of the film, logged in; return what it returns."""
    return window.visit(live_server.url, film)


def test_an_upload_survives_a_cut_line_and_a_reload(visit: Any, film: Film, big_film: Path) -> None:
    def act(visitor: Visitor) -> None:
        visitor.choose(big_film)
        visitor.wait_for_percent(20)
        visitor.line(cut=True)
        expect(visitor.part("error-text")).to_have_text(
            "The connection is gone. The upload goes on by itself when it is back."
        )
        visitor.line(cut=False)
        visitor.wait_for_percent(50)
        visitor.page.reload()
        expect(visitor.part("resumable")).to_contain_text("The upload of “in Brussels.mp4” stopped at")
        visitor.choose(big_film)
        expect(visitor.part("announcement")).to_have_text("The file has arrived. It is being checked.", timeout=20_000)
        expect(visitor.part("label")).to_have_text("Checking the file")

    visit(act)

    upload = Upload.objects.get()
    run_until_idle(["default"])
    with local_path(private_store(), upload.master_key) as path:
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(big_film.read_bytes()).digest()


def test_an_upload_is_paused_and_cancelled_by_keyboard(visit: Any, film: Film, big_film: Path) -> None:
    def act(visitor: Visitor) -> tuple[int, list[str]]:
        visitor.choose(big_film)
        visitor.wait_for_percent(10)
        expect(visitor.part("pause")).to_be_focused()
        visitor.page.keyboard.press("Enter")
        expect(visitor.part("resume")).to_be_focused()
        expect(visitor.part("announcement")).to_contain_text("Paused at")
        paused_at = visitor.percent()
        visitor.page.keyboard.press("Enter")
        visitor.wait_for_percent(paused_at + 5)
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
        expect(visitor.part("announcement")).to_have_text("The upload was cancelled.")
        expect(visitor.part("input")).to_be_focused()
        return paused_at, visitor.page.evaluate("Object.keys(localStorage)")

    paused_at, kept = visit(act)

    assert 10 <= paused_at < 100
    assert not any(key.startswith("film-upload") for key in kept)
    assert not Upload.objects.exists()


def test_a_text_with_the_name_of_a_film_is_refused_where_the_person_is(visit: Any, film: Film, tmp_path: Path) -> None:
    diary = tmp_path / "film.mp4"
    diary.write_text("Dear diary, " * 1000)

    def act(visitor: Visitor) -> None:
        visitor.choose(diary)
        expect(visitor.part("error-text")).to_have_text(
            "This file is text, not a film, whatever its name says. Choose the film itself."
        )
        expect(visitor.part("drop")).to_be_visible()

    visit(act)

    assert not Upload.objects.exists()
