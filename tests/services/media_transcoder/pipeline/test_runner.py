"""Does a program we start end when it must, and is what it says bounded?"""

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from services.media_transcoder.pipeline.encode import check_space, run_ffmpeg
from services.media_transcoder.pipeline.errors import Broken, DiskFull, Stalled
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from services.media_transcoder.pipeline.runner import Limits, TimedOut, run
from tests.services.media_transcoder import films
from tests.services.media_transcoder.conftest import film_on_its_way
from tests.services.media_transcoder.waiting import is_alive, wait_until

FOREVER = "import time\nwhile True: time.sleep(0.1)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_output_and_the_end_of_the_errors_are_kept() -> None:
    talk = "import sys; print('a'); print('b'); sys.stderr.write('x' * 100_000 + 'the end'); sys.exit(3)"
    lines: list[str] = []

    finished = run(python(talk), limits=Limits(), on_line=lines.append)

    assert (finished.code, finished.output, lines) == (3, "a\nb\n", ["a", "b"])
    assert finished.errors.endswith("xthe end")
    assert len(finished.errors) == 16 * 1024


def test_no_secret_of_ours_is_seen_by_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANSCODER_KEY", "a secret")

    finished = run(python("import os; print(sorted(os.environ))"), limits=Limits())

    assert finished.output.strip() == "['LC_ALL', 'PATH']"


def test_a_program_that_takes_too_long_is_ended() -> None:
    started = time.monotonic()

    with pytest.raises(TimedOut):
        run(python(FOREVER), limits=Limits(wall_s=1))

    assert time.monotonic() - started < 10


def test_a_program_that_says_the_same_for_too_long_is_ended() -> None:
    stuck = "import time\nfor n in range(1000): print(f'frame=7\\nspeed={n}', flush=True); time.sleep(0.1)"

    with pytest.raises(TimedOut):
        run(python(stuck), limits=Limits(silence_s=1))


def test_a_program_that_moves_on_is_left_alone() -> None:
    moving = "import time\nfor n in range(8): print(f'frame={n}', flush=True); time.sleep(0.2)"

    assert run(python(moving), limits=Limits(silence_s=1)).code == 0


def test_what_the_listener_raises_ends_the_program() -> None:
    seen: list[int] = []

    class Cancelled(Exception):
        pass

    def cancel(line: str) -> None:
        seen.append(int(line))
        raise Cancelled

    with pytest.raises(Cancelled):
        run(python(f"import os; print(os.getpid(), flush=True)\n{FOREVER}"), limits=Limits(), on_line=cancel)

    assert not is_alive(seen[0])


def test_memory_and_time_are_limited_and_the_program_is_nice() -> None:
    limits = Limits(memory_bytes=512 * 1024**2, cpu_s=7, niceness=3)
    show = "import os, resource as r; print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CPU), os.nice(0))"

    assert run(python(show), limits=limits).output.strip() == f"({512 * 1024**2}, {512 * 1024**2}) (7, 7) 3"
    assert run(python("bytearray(1 << 30)"), limits=limits).code == 1
    assert run(python("while True: pass"), limits=Limits(cpu_s=1)).code == -signal.SIGKILL
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY  # not of ours


def test_no_program_outlives_a_killed_parent(tmp_path: Path) -> None:
    number = tmp_path / "number"
    child = f"import os, pathlib; pathlib.Path({str(number)!r}).write_text(str(os.getpid()))\n{FOREVER}"
    parent = (
        "import sys; from services.media_transcoder.pipeline.runner import Limits, run\n"
        f"run([sys.executable, '-c', {child!r}], limits=Limits())"
    )
    process = subprocess.Popen(python(parent))
    wait_until(lambda: number.exists() and number.read_text())

    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)

    wait_until(lambda: not is_alive(int(number.read_text())), limit_s=5)


def test_an_encoder_that_stands_still_is_said_to(tmp_path: Path) -> None:
    """ffmpeg waits for the first byte of a pipe that nobody writes to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    film = film_on_its_way(pipe, tmp_path / "work")
    impatient = replace(film, tools=replace(film.tools, stall_s=1))

    with pytest.raises(Stalled):
        run_ffmpeg([default_ffmpeg(), "-progress", "pipe:1", "-i", str(pipe), "-f", "null", "-"], film=impatient)

    os.close(writer)


def test_what_is_our_fault_is_no_refusal(tmp_path: Path) -> None:
    film = film_on_its_way(tmp_path / "film.mp4", tmp_path / "work")
    nothing = ["-f", "lavfi", "-i", "color=s=16x16:d=0.1", "-f", "null"]

    with pytest.raises(Broken, match="lacks a part"):
        run_ffmpeg([default_ffmpeg(), *nothing, "-c:v", "libimaginary", "-"], film=film)
    with pytest.raises(Broken, match="ended from outside"):
        run_ffmpeg(python("import os; os.kill(os.getpid(), 9)"), film=film)
    with pytest.raises(DiskFull):
        check_space(tmp_path, needed_bytes=1 << 60)


def test_a_disk_that_fills_up_while_encoding_is_said_to_be_full(tmp_path: Path, small_disk: Path) -> None:
    film = film_on_its_way(tmp_path / "film.mp4", small_disk / "work")
    noise = ["-f", "lavfi", "-i", "nullsrc=s=640x360:d=5,geq=random(1)*255:128:128", "-c:v", "rawvideo"]

    with pytest.raises(DiskFull, match="is full: make room there"):
        run_ffmpeg([default_ffmpeg(), *noise, str(small_disk / "film.avi")], film=film)


def test_the_films_of_these_tests_are_whole(plain_film: Path) -> None:
    films.ffmpeg("-xerror", "-i", str(plain_film), "-f", "null", "-")
