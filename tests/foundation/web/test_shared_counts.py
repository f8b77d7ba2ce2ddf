"""Do several processes of one server tell the same numbers, whoever of them is asked?"""

import os
import re
import subprocess
import sys
from pathlib import Path

from foundation.web.metrics.shared import forget_ended

COUNT_AND_TELL = """
import os
from pathlib import Path
from django.conf import settings
settings.configure(METRICS_DIR=os.environ["PROMETHEUS_MULTIPROC_DIR"])
from prometheus_client import CollectorRegistry, generate_latest
from foundation.web.metrics.counting import count_request, count_run
from foundation.web.metrics.shared import report
count_request(route="hello", method="GET", status=200, seconds=0.02)
count_run("example.note", ending="succeeded", seconds=1)
registry = CollectorRegistry()
report(Path(settings.METRICS_DIR), registry)
print(generate_latest(registry).decode())
if os.environ.get("STAYS"):
    input()
"""


def begun(folder: Path, repository: Path, *, stays: bool = False) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"PROMETHEUS_MULTIPROC_DIR": str(folder)} | ({"STAYS": "yes"} if stays else {})
    return subprocess.Popen(
        [sys.executable, "-c", COUNT_AND_TELL],
        cwd=repository,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told_by(process: "subprocess.Popen[str]") -> dict[str, float]:
    text, _ = process.communicate("\n", timeout=20)
    assert process.returncode == 0
    return {name: float(number) for name, number in re.findall(r"^(mis_\S+) (\S+)$", text, re.MULTILINE)}


def test_whoever_is_asked_tells_what_all_have_counted(tmp_path: Path, repository: Path) -> None:
    folder = tmp_path / "counts"
    first = begun(folder, repository, stays=True)
    assert first.stdout is not None
    first.stdout.readline()  # it has counted

    second = told_by(begun(folder, repository))
    third = told_by(begun(folder, repository))
    told_by(first)

    series = 'mis_http_request_seconds_bucket{le="0.025",method="GET",route="hello",status="200"}'
    assert (second[series], third[series]) == (2, 3)  # the second has ended, and still counts
    assert third['mis_job_attempts_total{ending="succeeded",kind="example.note"}'] == 3
    assert third['mis_job_run_seconds_sum{kind="example.note"}'] == 3


def test_a_server_that_begins_forgets_its_predecessor(tmp_path: Path, repository: Path) -> None:
    told_by(begun(tmp_path, repository))

    again = told_by(begun(tmp_path, repository))

    assert again['mis_job_attempts_total{ending="succeeded",kind="example.note"}'] == 1


def test_only_files_of_counts_are_ever_deleted(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(20)
    (tmp_path / f"counter_{ended.pid}.db").touch()
    (tmp_path / "notes.txt").touch()

    forget_ended(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
