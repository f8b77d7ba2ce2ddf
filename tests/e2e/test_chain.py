"""Does the whole chain run, from a member of staff to a reader, through the public doors only?"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.chain import check, letters
from infra.local.chain.check import STEPS, Step, check_chain
from infra.local.chain.expecting import ChainBroken
from infra.local.chain.instance import Instance
from infra.local.chain.running import running
from infra.local.chain.scene import Scene


def breaks(scene: Scene) -> str:
    raise ChainBroken("Something is wrong.")


def test_the_whole_chain_runs_again_and_again_on_one_installation(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk that breaks off in the middle, then one as of ``./hub demo --check``, then one as with ``--against``."""
    instance.make_list()
    doors = replace(instance.doors, site="", hooks="")
    with monkeypatch.context() as patch:
        beginning = STEPS[: [step.does for step in STEPS].index(letters.readers_subscribe) + 1]
        patch.setattr(check, "STEPS", (*beginning, Step("It breaks", breaks)))
        assert check_chain(None, against=instance) == 1

    codes = [check_chain(tmp_path / "first.json", against=instance)]
    with running(doors, staff_name="staff", staff_password=instance.staff_password, hooks_host="") as elsewhere:
        codes.append(check_chain(tmp_path / "second.json", against=elsewhere))

    steps = [json.loads((tmp_path / f"{name}.json").read_text())["steps"] for name in ("first", "second")]
    assert codes == [0, 0]
    assert [step["step"] for step in steps[0]] == [step["step"] for step in steps[1]]
    assert len(steps[0]) == 23
    assert all(step["remark"] for walk in steps for step in walk)
