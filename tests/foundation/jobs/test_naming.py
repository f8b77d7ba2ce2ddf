"""Does a worker's successor get its name, and nobody else?"""

import subprocess
import sys
from pathlib import Path

import pytest

from foundation.jobs.naming import held_name

HOLD = """
import sys, time
from pathlib import Path
from foundation.jobs.naming import held_name
with held_name("worker", Path(sys.argv[1])) as name:
    print(name, flush=True)
    time.sleep(60)
"""


def test_two_workers_have_two_names_and_a_successor_has_its_predecessors(tmp_path: Path) -> None:
    with held_name("worker", tmp_path) as first:
        with held_name("worker", tmp_path) as second:
            assert first != second
        with held_name("worker", tmp_path) as third:
            assert third == second
    with held_name("worker", tmp_path) as fourth:
        assert fourth == first


def test_a_killed_process_leaves_its_name_to_the_next(tmp_path: Path, repository: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        with held_name("worker", tmp_path) as beside:
            pass
        process.kill()
        process.wait(10)

    with held_name("worker", tmp_path) as after:
        assert after == name
    assert beside != name


def test_workers_with_folders_of_their_own_never_share_a_name(tmp_path: Path) -> None:
    with held_name("worker", tmp_path / "one") as one, held_name("worker", tmp_path / "two") as two:
        assert one != two


def test_another_label_is_another_worker(tmp_path: Path) -> None:
    with held_name("films/big", tmp_path) as one:
        assert one.split("/")[1].startswith("films%2Fbig-")


def test_without_a_place_for_its_lock_a_worker_has_a_new_name_each_time(tmp_path: Path) -> None:
    (tmp_path / "workers").write_text("a file where the folder should be")

    with held_name("worker", tmp_path) as one:
        pass
    with held_name("worker", tmp_path) as two:
        pass

    assert one != two


@pytest.mark.parametrize("label", ["x" * 200, "é" * 100])
def test_a_long_label_still_fits_the_ledger(tmp_path: Path, label: str) -> None:
    with held_name(label, tmp_path) as name:
        assert len(name) <= 120
