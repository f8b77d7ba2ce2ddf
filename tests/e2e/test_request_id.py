"""Does one name lead through all programs, from the browser to ffmpeg and the mail server, and is nobody named?"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.chain import letters, tools
from infra.local.chain.check import stopped
from infra.local.chain.expecting import ChainBroken, wait_for
from infra.local.chain.instance import Instance, free_ports
from infra.local.chain.scene import Scene
from infra.local.places import Place
from tests.servers.engines import give_engines
from tests.servers.prometheus import running_prometheus

UPLOAD, SENDING = "an-upload-by-the-test", "a-sending-by-the-test"
# What must be said under the name of the upload, by which process.
FROM_BROWSER_TO_FFMPEG = {
    ("editing", "request", "films:add"),
    ("cms-work", "job_ran", "films.check_upload"),
    ("cms-work", "job_ran", "films.order_preparation"),
    ("transcoder", "request", "orders"),
    ("transcoder-work", "program_ended", "ffmpeg"),
    ("transcoder-work", "job_ran", "transcoder.prepare"),
    ("transcoder-work", "job_ran", "events.deliver"),
    ("editing", "webhook_received", "transcode.changed"),
}
FROM_BROWSER_TO_SMTP = {
    ("editing", "request", "newsroom:confirm"),
    ("cms-work", "job_ran", "newsroom.start-sending"),
    ("newsletter", "request", "campaigns"),
    ("newsletter-work", "job_ran", "newsletter.prepare"),
    ("delivery", "request", "release"),
    ("newsletter-work", "smtp_closed", ""),
    ("newsletter-work", "job_ran", "newsletter.send"),
    ("newsletter-work", "job_ran", "events.deliver"),
    ("editing", "webhook_received", "campaign.changed"),
}
SCRAPED = {"editing", "delivery", "cms-work", "transcoder", "transcoder-work", "newsletter", "newsletter-work"}
LINE_OF_PROCESS = re.compile(r"^[a-z-]+ *\|")
LINE = re.compile(r"^(?P<process>\S+) *\| \S+ (?P<level>[A-Z]+) (?P<event>\w+)(?P<fields>( \w+=.*)?)$")


@dataclass
class Walk:
    """A walk through the chain that is over, and the instance, which still runs."""

    scene: Scene
    instance: Instance


@pytest.fixture(scope="module")
def walk(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Walk from the upload of a film to its being sent, naming two of the requests."""
    data = tmp_path_factory.mktemp("named") / "var"
    shutil.copytree(empty_data, data)
    give_engines(data, like=empty_data)
    instance = Instance(Place(data=data, ports=free_ports()))
    try:
        instance.wait_until_ready()
        scene = Scene(instance)
        _walk(scene)
        yield Walk(scene, instance)
        scene.close()
    finally:
        stopped(instance)


def _walk(scene: Scene) -> None:
    tools.staff_logs_in(scene)
    tools.partner_is_registered(scene)
    letters.readers_subscribe(scene)
    with calling_requests(scene, UPLOAD):
        tools.film_is_uploaded(scene)
    tools.film_is_prepared(scene)
    tools.film_is_refused_without_captions(scene)
    tools.film_is_published(scene)
    tools.comic_is_published(scene)
    letters.issue_is_published(scene)
    with calling_requests(scene, SENDING):
        letters.issue_is_sent(scene)
    letters.readers_have_their_mail(scene)
    letters.one_click_unsubscribes(scene)


@pytest.mark.parametrize(("name", "wanted"), [(UPLOAD, FROM_BROWSER_TO_FFMPEG), (SENDING, FROM_BROWSER_TO_SMTP)])
def test_one_name_leads_through_all_programs(walk: Walk, name: str, wanted: set[tuple[str, str, str]]) -> None:
    missing: set[tuple[str, str, str]] = set()

    def all_is_said() -> bool:
        missing.clear()
        missing.update(wanted - said_under(name, walk.instance))
        return not missing

    with suppress(ChainBroken):
        wait_for(f"All lines of {name}", all_is_said, limit_s=15)

    assert missing == set()


def test_no_line_names_a_reader_or_tells_a_secret(walk: Walk) -> None:
    lines = [line for line in walk.instance.said().splitlines() if LINE_OF_PROCESS.match(line)]
    log = "\n".join(lines)  # without what the launcher itself says to the person who started it

    assert len(lines) > 100
    assert [secret for secret in unspeakable(walk.scene, walk.instance) if secret in log] == []
    assert re.findall(r"\S+@example\.org", log) == []


def test_prometheus_sees_what_every_process_tells(walk: Walk, tmp_path: Path) -> None:
    ports = walk.instance.place.ports
    targets = {name: f"127.0.0.1:{getattr(ports, name.replace('-', '_'))}" for name in SCRAPED}

    with running_prometheus(tmp_path, targets) as prometheus:
        wait_for("The first round", lambda: _jobs(prometheus.ask("up == 1")) == SCRAPED, limit_s=20)

        def number(query: str) -> float:
            (found,) = prometheus.ask(query)
            return float(found["value"][1])

        assert number('sum(mis_http_request_seconds_count{job="editing", route=~"films:(direct_)?upload"})') >= 1
        assert (
            number('mis_job_attempts_total{job="transcoder-work", kind="transcoder.prepare", ending="succeeded"}') == 1
        )
        assert number('sum(mis_mails_total{job="newsletter-work", fate="accepted"})') == len(walk.scene.readers)
        assert number('max(mis_films{deployable="cms", state="ready"})') == 1
        assert number("sum(max by (kind) (mis_releases_total))") == 6
        assert number("max(mis_recalls_open)") == 0
        assert _jobs(prometheus.ask("mis_database_up == 1")) == SCRAPED
        assert _jobs(prometheus.ask("mis_measures_failed > 0")) == set()
        assert _jobs(prometheus.ask('mis_job_oldest_seconds{lane="events"}')) == SCRAPED - {"delivery"}
        assert prometheus.ask('ALERTS{alertstate="firing"}') == []
        assert prometheus.ask('{__name__=~"mis_.*", route=~".*[0-9]{3}.*"}') == []  # names of routes, never paths


def _jobs(found: list[dict[str, Any]]) -> set[str]:
    return {one["metric"]["job"] for one in found}


@contextmanager
def calling_requests(scene: Scene, name: str) -> Iterator[None]:
    """Let the browser of the member of staff name its requests."""
    headers = scene.staff.browser.headers
    headers["X-Request-ID"] = name
    yield
    del headers["X-Request-ID"]


def said_under(name: str, instance: Instance) -> set[tuple[str, str, str]]:
    """Return process, event and subject of each line under a request id."""
    found = set()
    for line in instance.said().splitlines():
        match = LINE.match(line)
        if match and f" request_id={name}" in match["fields"]:
            found.add((match["process"], match["event"], _subject(match["fields"])))
    return found


def _subject(fields: str) -> str:
    """Return what a line is about: a route, a kind of job or event, a program."""
    found = re.search(r" (?:route|kind|type|program)=(\S+)", fields)
    return re.sub(r"^ffmpeg.*", "ffmpeg", found[1]) if found else ""


def unspeakable(scene: Scene, instance: Instance) -> list[str]:
    """Return what no line may tell: who reads, what lets them in, what lets us in."""
    ways_in = [path.rstrip("/").rpartition("/")[2] for path in scene.made.preferences]
    return [*scene.readers, *ways_in, scene.made.hook_secret, *asdict(instance.secrets).values()]
