"""Do the processes of an instance start, live and end together, whatever happens to one of them?"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from infra.local.chain.instance import free_ports
from infra.local.launcher.memory import family_of
from infra.local.places import LOOPBACK, ROOT, Place

LIMIT_S = 60.0


class Started:
    """A launcher that runs as a process of its own, and what it has said so far."""

    def __init__(self, place: Place, *extra: str) -> None:
        self.place = place
        self.output = place.data.parent / f"output-{time.monotonic_ns()}.txt"
        program = ("-m", "tests.infra.local.launcher.small_instance", str(place.data), str(place.ports.base), *extra)
        with self.output.open("w") as file:
            self.process = subprocess.Popen((sys.executable, *program), cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.place.state_file.read_text())["processes"]
        return found

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.said, lambda: f"never said {words!r}, but: {self.said}")


def wait_until(condition: Callable[[], bool], explain: Callable[[], str] = lambda: "it never came true") -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and awaits its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def place(folder: Path) -> Place:
    return Place(folder / "var", free_ports())


@contextmanager
def started(place: Place, *extra: str) -> Iterator[Started]:
    launcher = Started(place, *extra)
    try:
        yield launcher
    finally:
        family = family_of(launcher.process.pid)
        with suppress(ProcessLookupError):
            launcher.process.kill()
        launcher.process.wait()
        wait_until(lambda: not any(is_running(pid) for pid in family))


def test_all_processes_end_when_the_launcher_is_asked_to_stop(place: Place) -> None:
    with started(place) as launcher:
        launcher.wait_for("READY")
        family = family_of(launcher.process.pid)

        launcher.process.send_signal(signal.SIGTERM)
        code = launcher.process.wait(timeout=LIMIT_S)

        assert (code, launcher.said.splitlines()[-1]) == (0, "STOPPED")
        assert not [pid for pid in family if is_running(pid)]
        assert not place.state_file.exists()


def test_nothing_is_left_when_the_launcher_is_killed(place: Place) -> None:
    with started(place) as launcher:
        launcher.wait_for("READY")
        wait_until(
            lambda: len(family_of(launcher.process.pid)) == 5
        )  # itself, its guard, two processes and a grandchild
        family = family_of(launcher.process.pid)

        launcher.process.kill()

        wait_until(lambda: not any(is_running(pid) for pid in family))


def test_a_killed_launcher_does_not_keep_the_folder(place: Place) -> None:
    with started(place) as first:
        first.wait_for("READY")
        family = family_of(first.process.pid)
        first.process.kill()
        first.process.wait()
        wait_until(lambda: not any(is_running(pid) for pid in family))

        with started(place) as second:
            second.wait_for("READY")


def test_a_killed_process_is_started_again_and_its_own_children_are_gone(place: Place) -> None:
    with started(place) as launcher:
        launcher.wait_for("READY")
        wait_until(lambda: len(family_of(launcher.pids()["worker"])) == 2)
        worker, grandchild = family_of(launcher.pids()["worker"])

        os.kill(worker, signal.SIGKILL)

        launcher.wait_for("Ended (killed by signal 9); started again in 0.5 s.")
        wait_until(lambda: launcher.pids().get("worker", worker) != worker)
        wait_until(lambda: not is_running(grandchild))


def test_what_keeps_dying_is_said_with_its_last_words(place: Place) -> None:
    with started(place, "crashing") as launcher:
        launcher.wait_for("crashing       | It keeps dying: 5 times now. Its last words: The database is locked.")

        pauses = [line.split()[-2] for line in launcher.said.splitlines() if "started again in" in line]
        assert pauses == ["0.5", "1", "2", "4", "8"]


def test_a_task_that_cannot_be_done_stops_everything_with_its_last_words(place: Place) -> None:
    with started(place, "failing") as launcher:
        code = launcher.process.wait(timeout=LIMIT_S)

        assert code == 1
        assert launcher.said.splitlines()[-1] == "failing failed 3 times. Its last words: The database is locked."


def test_a_task_runs_once_and_its_end_is_part_of_being_ready(place: Place) -> None:
    with started(place, "once") as launcher:
        launcher.wait_for("READY")

        assert launcher.said.index("Start with ./hub demo.") < launcher.said.index("READY")
        assert "once" not in launcher.pids()


def test_a_second_start_on_the_same_folder_is_refused_with_the_address_of_the_first(place: Place) -> None:
    with started(place) as first:
        first.wait_for("READY")

        second = subprocess.run(
            (
                sys.executable,
                "-m",
                "infra.local",
                "up",
                "--data",
                str(place.data),
                "--port-base",
                str(place.ports.base),
            ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

        where = f"as process {first.process.pid} at http://127.0.0.1:{place.ports.base}/"
        advice = "Stop it first, or choose another folder with --data."
        assert second.returncode == 1
        assert second.stderr == f"hub: Make-IT-Safe is already running on {place.data} {where}. {advice}\n"


def test_a_busy_port_is_named_before_anything_starts(place: Place) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, place.ports.mails))
        other.listen()

        with started(place) as launcher:
            code = launcher.process.wait(timeout=LIMIT_S)

    assert code == 1
    advice = "Stop what uses it, or choose other ports with --port-base."
    assert launcher.said == f"Already in use: port {place.ports.mails} (mails). {advice}\n"
