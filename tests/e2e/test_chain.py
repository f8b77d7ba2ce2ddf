"""Does the whole chain run, from a member of staff to a reader, through the public doors only?"""

from infra.local.chain.check import STEPS
from infra.local.chain.scene import Scene


def test_the_whole_chain_runs_on_real_input(scene: Scene) -> None:
    remarks = {step.says: step.does(scene) for step in STEPS}

    assert list(remarks) == [step.says for step in STEPS]
    assert all(remarks.values())
