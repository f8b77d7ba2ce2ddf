"""Does the demo show what it promises, also when its first start was killed in the middle?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.chain.check import stopped
from infra.local.chain.expecting import wait_for
from infra.local.chain.instance import Instance, free_ports
from infra.local.chain.scene import Scene
from infra.local.demo.content.lists import LISTS
from infra.local.places import Place
from tests.e2e.killing import processes_on
from tests.servers.engines import give_engines


@pytest.fixture
def interrupted(tmp_path: Path) -> Iterator[Instance]:
    """A demo whose first start was killed while it loaded its content, and that was started again."""
    place = Place(data=tmp_path / "var", ports=free_ports())
    give_engines(place.data)
    first = Instance(place, command="demo")
    wait_for("The first drawings", lambda: "Drawn: school-yard." in first.said(), limit_s=120)
    first.process.kill()
    first.process.wait()
    wait_for("The end of everything", lambda: not processes_on(place.data), limit_s=20)
    first.log.unlink()

    second = Instance(place, command="demo")
    try:
        second.wait_until_ready(limit_s=240)
        yield second
    finally:
        stopped(second)


def test_an_interrupted_first_start_goes_on_where_it_stopped(interrupted: Instance) -> None:
    scene = Scene(interrupted)

    tools = scene.json("/v1/tools", locale="fr", fallback="en")["items"]
    issues = scene.json("/v1/issues", locale="en")["items"]
    changes = scene.json("/v1/changes", cursor="0")["items"]

    assert [(tool["kind"], tool["locale"]) for tool in tools] == [("comic", "fr"), ("film", "en"), ("film", "fr")]
    assert sorted(tools[0]["available_locales"]) == ["ar", "en", "fr"]
    assert [issue["title"].removeprefix("Make-IT-Safe, ") for issue in issues] == [
        "December 2014",
        "November 2014",
        "March 2014",
        "December 2013",
    ]
    assert {change["number"] for change in changes} == {1}  # nothing was released twice
    readers = dict(LISTS["partners"][1])
    wait_for("The mails to the partners", lambda: len(_mails(scene)) >= len(readers))
    assert sorted(_mails(scene)) == sorted(readers)  # and nobody was written to twice
    assert "Drawn: bedroom." not in interrupted.said()
    scene.close()


def _mails(scene: Scene) -> list[str]:
    return [mail["recipients"][0] for mail in scene.mails.get("/api/messages").json()["items"]]
