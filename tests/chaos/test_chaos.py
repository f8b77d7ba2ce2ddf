"""Does everything come to its end, once, while workers, database, broker and store are killed with -9?"""

import os
import sys

import pytest

from tests.chaos.story import CONNECTIONS, Plan, play
from tests.servers.starting import or_skipped

SHORT = Plan(
    seed=int(os.environ.get("CHAOS_SEED", "20")),
    jobs=40,
    events=60,
    mails=1_500,
    seconds=6,
    kills={"worker": 2, "sleeper": 1, "sender": 2, "receiver": 1, "database": 1, "broker": 1, "store": 1},
    limit_s=240,
)


@pytest.mark.slow
def test_everything_is_done_and_each_effect_is_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    with or_skipped():
        findings = play(SHORT)

    with capsys.disabled():
        sys.stdout.write(
            f"\nchaos: seed {SHORT.seed}, killed {findings.kills}, {findings.figures}, {findings.seconds:.0f} s\n"
        )
    assert findings.broken == {}, "\n".join(findings.diary)
    assert findings.kills == SHORT.kills
    assert findings.figures["jobs"] >= SHORT.jobs
    assert findings.figures["mails_in_doubt"] <= CONNECTIONS * SHORT.kills["sender"]
