"""Is nothing lost and nothing done twice when any process is killed with -9, whatever it is doing?"""

import re
from collections import Counter
from pathlib import Path

from infra.local.chain import letters, tools
from infra.local.chain.expecting import wait_for
from infra.local.chain.installation import LIST
from infra.local.chain.instance import Instance, manage
from infra.local.chain.scene import Scene
from infra.local.chain.uploads import begin_upload
from infra.local.staff import FIRST_MEMBER
from tests.e2e.killing import kill, long_film, processes_on, wait_until_ready
from tests.servers.engines import rows

READERS = 800


def test_a_film_arrives_and_is_prepared_whoever_is_killed(scene: Scene, instance: Instance, tmp_path: Path) -> None:
    """Kill the editing process during the upload, each of the others during the preparation, at last the launcher."""
    staff = scene.staff
    tools.staff_logs_in(scene)
    film, master = staff.add_film("A long film"), long_film(tmp_path / "long.mp4")
    upload = begin_upload(staff, film, master)

    upload.send(at_most=3)
    kill(instance, "editing")
    assert upload.arrived_bytes() > 0
    upload.send()
    kill(instance, "cms-work")
    wait_for("The preparation's beginning", lambda: staff.situation(film)["state"] == "running")
    kill(instance, "transcoder-work")
    assert staff.situation(film)["state"] != "ready"  # it was killed in the middle of the preparation
    kill(instance, "transcoder")
    kill(instance, "transcoder-work")
    instance.process.kill()
    instance.process.wait()
    wait_for("The end of everything", lambda: not processes_on(instance.place.data), limit_s=20)
    successor = Instance(instance.place)
    successor.wait_until_ready()
    instance.process = successor.process  # the fixture stops it
    states = staff.wait_until_prepared(film, limit_s=120)

    assert states[-1] == "ready"
    assert rows(instance.place.data, "cms", "SELECT count(*), sum(master_size_bytes) FROM films_film") == [
        (1, master.stat().st_size)
    ]
    # each order of the CMS is one job of the transcoder, however often its worker was killed
    orders = rows(instance.place.data, "cms", "SELECT attempt FROM films_film")
    jobs = rows(instance.place.data, "transcoder", "SELECT count(*) FROM orders_order")
    assert jobs == orders == [(1,)]


def test_nobody_is_written_to_twice_or_forgotten_whoever_is_killed(scene: Scene, instance: Instance) -> None:
    """Kill each process in turn during a sending to many."""
    tools.staff_logs_in(scene)
    _many_readers(instance)
    tools.film_is_uploaded(scene)
    tools.film_is_prepared(scene)
    tools.film_is_refused_without_captions(scene)
    tools.film_is_published(scene)
    tools.comic_is_published(scene)
    letters.issue_is_published(scene)

    progress = letters.begin_sending(scene)
    wait_for("The first mails", lambda: _caught(scene) > 0)
    kill(instance, "newsletter-work")
    assert _caught(scene) < READERS  # it was killed in the middle of the sending
    for name in ("mails", "newsletter", "cms-work", "delivery", "editing", "partner-site"):
        kill(instance, name)
    wait_for("The sending's being finished", lambda: "data-live-done" in scene.staff.get(progress), limit_s=120)

    mails = Counter(_recipients(scene))
    counts = _counts(scene, progress)
    in_doubt = counts.get("In doubt", 0)
    assert max(mails.values()) == 1  # nobody got it twice
    assert counts["Taken by the mail server"] + in_doubt == READERS  # nobody is forgotten
    assert counts["Taken by the mail server"] <= len(mails) <= READERS
    assert in_doubt < READERS // 2


def test_every_process_comes_back_and_the_doors_stay_what_they_were(scene: Scene, instance: Instance) -> None:
    for name in instance.pids():
        kill(instance, name)

    for name in instance.pids():
        wait_until_ready(instance, name)
    assert scene.staff.login(FIRST_MEMBER, instance.secrets.staff_password)
    assert scene.json("/v1/tools") == {"items": [], "next": None}
    assert scene.site.get("/").status_code == 200


def _many_readers(instance: Instance) -> None:
    rows = instance.place.data / "readers.csv"
    languages = ("en", "fr", "nl")
    lines = (f"reader-{number}@example.org,{languages[number % 3]}\n" for number in range(READERS))
    rows.write_text("address,language\n" + "".join(lines))
    instance.make_list()
    manage(instance.place, "newsletter", "import_subscribers", LIST, str(rows), "--consent", "Invented readers.")


def _caught(scene: Scene) -> int:
    return int(scene.mails.get("/api/messages", params={"limit": "1"}).json()["total"])


def _recipients(scene: Scene) -> list[str]:
    found: list[str] = []
    before = ""
    while page := scene.mails.get("/api/messages", params={"limit": "1000", "before": before}).json()["items"]:
        found += [address for item in page for address in item["recipients"]]
        before = str(page[-1]["id"])
    return found


def _counts(scene: Scene, progress: str) -> dict[str, int]:
    text = re.sub(r"<[^>]+>|\s+", " ", scene.staff.get(progress))
    return {
        words: int(number.replace(",", ""))
        for number, words in re.findall(r"([\d,]+)\s+(Taken by the mail server|In doubt|Rejected|Left out)", text)
    }
