"""Does a film in a real browser get straight into a real S3 store, whatever happens on the way, each part once?"""

import hashlib
import os
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from pytest_django.live_server_helper import LiveServer

from cms.config.policies import editing_policy
from cms.films.models import Film, Upload, UploadState
from foundation.jobs.worker import run_until_idle
from foundation.storage import private_store, sha256_of
from foundation.storage.parts import LEAST_PART_BYTES, PartStore, arrived, unfinished
from tests.browser.accessibility import barriers, sideways_px
from tests.cms.films.direct import BUCKETS
from tests.cms.films.process import EditingProcess
from tests.cms.films.traffic import Counted, Gate, number_of
from tests.cms.films.visitor import Visitor, Window
from tests.servers.seaweedfs import SeaweedFS

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = 5
ARRIVED = "The file has arrived. It is being checked."
GONE = "The connection is gone. The upload goes on by itself when it is back."
SLOW = 12_000_000  # bytes a second: the film takes two


@pytest.fixture(scope="module")
def parted_film(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real film of five parts; the box after it holds noise, so that no two parts are alike."""
    path = tmp_path_factory.mktemp("parted") / "in Brussels.mp4"
    noise = os.urandom((PARTS - 1) * LEAST_PART_BYTES)
    path.write_bytes(footage.read_bytes() + struct.pack(">I4s", len(noise) + 8, b"free") + noise)
    return path


@pytest.fixture
def site(buckets: PartStore, settings: Any, staff_ports: tuple[int, int]) -> Iterator[str]:
    """The pages of staff, at the address the bucket's rule names, with the policy they have in earnest."""
    settings.CONTENT_SECURITY_POLICY = editing_policy(films_to=settings.STORAGE_BROWSER_URL)
    server = LiveServer(f"127.0.0.1:{staff_ports[0]}")
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def cms(buckets: PartStore, s3_server: SeaweedFS, staff_ports: tuple[int, int]) -> Iterator[EditingProcess]:
    """The same pages, from a process of their own."""
    process = EditingProcess(staff_ports[1], {"STORAGE_URL": s3_server.url(BUCKETS)})
    process.start()
    yield process
    process.kill()


def test_a_part_that_fails_is_sent_again_and_no_other(site: str, window: Window, film: Film, parted_film: Path) -> None:
    def act(visitor: Visitor) -> Counted:
        failures = iter((403, "connectionreset", 503))  # a URL that ran out, a line that broke, a store in trouble

        def fail(route: Route) -> None:
            failure = next(failures, None)
            if failure is None or route.request.method != "PUT":
                route.continue_()
            elif isinstance(failure, int):
                route.fulfill(status=failure, headers={"Access-Control-Allow-Origin": site})
            else:
                route.abort(failure)

        visitor.page.route(re.compile(r"partNumber=4&"), fail)
        counted = Counted(visitor)
        visitor.choose(parted_film)
        expect(visitor.part("announcement")).to_have_text(ARRIVED, timeout=30_000)
        return counted

    counted = window.visit(site, film)(act)

    assert counted.sent == Counter({1: 1, 2: 1, 3: 1, 4: 4, 5: 1})
    assert_it_arrived(parted_film)


def test_after_a_reload_only_what_is_missing_is_sent(
    site: str, buckets: PartStore, window: Window, film: Film, parted_film: Path
) -> None:
    def act(visitor: Visitor) -> tuple[set[int], Counted]:
        visitor.page.route(re.compile("partNumber=[25]&"), lambda route: None)
        visitor.choose(parted_film)
        visitor.wait_for_percent(50)
        visitor.page.reload()
        visitor.page.unroute_all(behavior="ignoreErrors")
        expect(visitor.part("resumable")).to_contain_text("The upload of “in Brussels.mp4” stopped at")
        held = held_parts(buckets)
        counted = Counted(visitor)
        visitor.choose(parted_film)
        expect(visitor.part("announcement")).to_have_text(ARRIVED, timeout=60_000)
        return held, counted

    held, counted = window.visit(site, film)(act)

    assert held
    assert not held & {2, 5}
    assert counted.sent == Counter(set(range(1, PARTS + 1)) - held)
    assert Upload.objects.count() == 1
    assert_it_arrived(parted_film)


def test_a_store_that_is_killed_and_comes_back_costs_only_what_was_on_its_way(
    site: str, window: Window, film: Film, parted_film: Path, s3_server: SeaweedFS
) -> None:
    def act(visitor: Visitor) -> Counted:
        counted, gate = Counted(visitor), Gate(visitor, "25")
        visitor.choose(parted_film)
        visitor.wait_for_percent(50)
        s3_server.kill()
        gate.open()
        expect(visitor.part("error-text")).to_have_text(GONE, timeout=30_000)
        s3_server.start()
        expect(visitor.part("announcement")).to_have_text(ARRIVED, timeout=60_000)
        return counted

    try:
        counted = window.visit(site, film)(act)
    finally:
        if s3_server.process and s3_server.process.poll() is not None:
            s3_server.start()

    assert set(counted.arrived) == set(range(1, PARTS + 1))
    assert sum(counted.arrived.values()) < PARTS + 3  # an answer may be lost although the part was stored
    assert_it_arrived(parted_film)


def test_a_cms_that_is_killed_and_comes_back_is_waited_for(
    cms: EditingProcess, window: Window, film: Film, parted_film: Path
) -> None:
    def act(visitor: Visitor) -> Counted:
        counted, gate = Counted(visitor), Gate(visitor, "123")
        with visitor.page.expect_request(lambda request: number_of(request) == [3]):
            visitor.choose(parted_film)
        cms.kill()
        gate.open()
        expect(visitor.part("error-text")).to_have_text(GONE, timeout=30_000)
        cms.start()
        expect(visitor.part("announcement")).to_have_text(ARRIVED, timeout=60_000)
        return counted

    counted = window.visit(cms.url, film)(act)

    assert counted.arrived == Counter(range(1, PARTS + 1))
    assert_it_arrived(parted_film)


def test_a_file_that_changes_on_the_way_is_asked_for_again(
    site: str, window: Window, film: Film, parted_film: Path, tmp_path: Path
) -> None:
    changing = tmp_path / "film.mp4"
    changing.write_bytes(parted_film.read_bytes())

    def act(visitor: Visitor) -> None:
        visitor.choose(changing)
        visitor.wait_for_percent(5)
        visitor.part("pause").click()
        changing.write_bytes(b"something else")
        visitor.part("resume").click()
        expect(visitor.part("error-text")).to_have_text(
            "The file can't be read any more. To go on, choose the same file again."
        )
        expect(visitor.part("drop")).to_be_visible()

    window.visit(site, film, speed=SLOW)(act)

    assert Upload.objects.get().state == UploadState.RECEIVING


def test_the_policy_of_the_page_and_the_rule_of_the_bucket_are_both_needed(
    site: str, buckets: PartStore, window: Window, film: Film, parted_film: Path, s3_server: SeaweedFS
) -> None:
    rules = buckets.client.get_bucket_cors(Bucket=buckets.bucket_name)["CORSRules"]
    store, other = f"http://127.0.0.1:{s3_server.port}/films-private/x", f"http://localhost:{s3_server.port}/x"
    ask = """url => new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (event) => done(event.blockedURI), { once: true });
      fetch(url, { method: 'PUT' }).then(() => done('asked'), () => null);
    })"""

    def act(visitor: Visitor) -> list[str]:
        answers = [visitor.page.evaluate(ask, url) for url in (store, other)]
        buckets.client.delete_bucket_cors(Bucket=buckets.bucket_name)
        visitor.choose(parted_film)
        expect(visitor.part("error-text")).to_have_text(GONE)
        assert visitor.percent() == 0
        return answers

    try:
        answers = window.visit(site, film)(act)
    finally:
        buckets.client.put_bucket_cors(Bucket=buckets.bucket_name, CORSConfiguration={"CORSRules": rules})

    assert answers == ["asked", other]
    assert held_parts(buckets) == set()


def test_it_is_paused_and_cancelled_by_keyboard_in_arabic_without_barriers(
    site: str, buckets: PartStore, window: Window, film: Film, parted_film: Path
) -> None:
    def act(visitor: Visitor) -> tuple[list[str], int]:
        visitor.choose(parted_film)
        visitor.wait_for_percent(10)
        expect(visitor.part("pause")).to_be_focused()
        visitor.page.keyboard.press("Enter")
        expect(visitor.part("resume")).to_be_focused()
        expect(visitor.part("announcement")).to_contain_text("متوقف مؤقتًا")
        found, wider = barriers(visitor.page), sideways_px(visitor.page)
        paused_at = visitor.percent()
        visitor.page.keyboard.press("Enter")
        visitor.wait_for_percent(paused_at + 1)
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.press("Enter")
        expect(visitor.part("announcement")).to_have_text("أُلغي الرفع.")
        expect(visitor.part("input")).to_be_focused()
        assert visitor.page.evaluate("document.dir || document.documentElement.dir") == "rtl"
        return found, wider

    found, wider = window.visit(site, film, locale="ar", speed=SLOW)(act)

    assert (found, wider) == ([], 0)
    assert not Upload.objects.exists()


def test_a_text_with_the_name_of_a_film_is_refused_before_it_is_sent(
    site: str, window: Window, film: Film, tmp_path: Path
) -> None:
    diary = tmp_path / "film.mp4"
    diary.write_text("Dear diary, " * 1000)

    def act(visitor: Visitor) -> Counted:
        counted = Counted(visitor)
        visitor.choose(diary)
        expect(visitor.part("error-text")).to_have_text(
            "This file is text, not a film, whatever its name says. Choose the film itself."
        )
        expect(visitor.part("drop")).to_be_visible()
        return counted

    assert window.visit(site, film)(act).sent == Counter()
    assert not Upload.objects.exists()


def held_parts(store: PartStore) -> set[int]:
    """Return the numbers of the parts the store has of the one upload that goes on."""
    [going_on] = unfinished(store, "masters/")
    return {part.number for part in arrived(store, going_on.key, going_on.upload_id)}


def assert_it_arrived(path: Path) -> None:
    run_until_idle(["default"])
    upload = Upload.objects.get()
    assert upload.state == UploadState.ACCEPTED
    assert sha256_of(private_store(), upload.master_key) == hashlib.sha256(path.read_bytes()).hexdigest()
