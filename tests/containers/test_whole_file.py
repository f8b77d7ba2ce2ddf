"""Does the whole compose file come up, work, and survive the death of each of its containers?

Only when asked for: ``./hub test containers``. It takes minutes and the ports of the embedded default.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.containers.bringing_up import runs_once, services
from infra.containers.engine import EngineMissing, engine_here
from infra.quality.areas import ROOT


@pytest.mark.slow
def test_the_chain_runs_before_and_after_each_container_was_killed(tmp_path: Path) -> None:
    try:
        engine_here({})
    except EngineMissing as missing:
        pytest.skip(str(missing))
    scale = ("--scale", "delivery=2", "--scale", "newsletter-work=2")
    command = (
        sys.executable,
        "-m",
        "infra.local",
        "containers",
        "check",
        "--secrets",
        str(tmp_path / "secrets"),
        *scale,
    )

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("The whole chain runs") == 2
    lasting = [name for name, service in services().items() if not runs_once(service)]
    assert done.stdout.count("killed; well again") == len(lasting) + 2
