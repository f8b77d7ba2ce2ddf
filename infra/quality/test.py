"""Does everything work? ``./hub test [AREA …] [pytest arguments]``"""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager

from infra.quality import messages, needs
from infra.quality.area_run import Results, run_area
from infra.quality.areas import AREAS, BY_NAME, Area, areas_of
from infra.quality.running import paint
from infra.quality.scale_out import EnginesMissing, scale_out

AT_ONCE = 2
SCALE_OUT = "--scale-out"
USAGE = f"""usage: ./hub test [{SCALE_OUT}] [AREA …] [PATH …] [pytest arguments]

Areas: {" ".join(sorted(BY_NAME))}; without one all but
{" ".join(sorted(area.name for area in AREAS if area.is_opt_in))}. Each runs in a process of its own, two at a time.
With {SCALE_OUT} the same tests run on PostgreSQL, RabbitMQ and an S3 server, started for the run.
Set SCREENSHOTS=1 to take the pictures in docs/screenshots anew (area browser)."""


class Progress:
    """Shows one line while the areas run, where a person looks at it."""

    def __init__(self, all_results: Sequence[Results]) -> None:
        self._results = all_results
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._is_live = sys.stdout.isatty()

    def show(self) -> None:
        if self._is_live:
            running = [f"{one.area.name} {one.done}/{one.tests}" for one in self._results if one.tests > one.done]
            failed = sum(one.failed for one in self._results)
            took = time.monotonic() - self._started
            self._write(f"{took:4.0f} s  {' · '.join(running)}{f' · {failed} failed' if failed else ''}", end="")

    def tell(self, text: str) -> None:
        """Print ``text`` to stay, above the moving line."""
        self._write(text, end="\n")

    def _write(self, text: str, *, end: str) -> None:
        with self._lock:
            print(f"\r\033[K{text}" if self._is_live else text, end=end, flush=True)


def main(argv: Sequence[str]) -> int:
    """Run the areas named, or all; return 1 if any test failed."""
    if {"-h", "--help"} & set(argv):
        print(USAGE)
        return 0
    plan = plan_for([word for word in argv if word != SCALE_OUT])
    if plan is None:
        print("These tests lie in no area: name an area or a path below one.", file=sys.stderr)
        return 2
    messages.compile_all()
    _tell_missing(needs.provide(area.name for area in plan))
    all_results = [Results(area) for area in plan]
    try:
        with _engines(plan, is_scaled=SCALE_OUT in argv) as engines:
            _run(all_results, plan, engines)
    except EnginesMissing as missing:
        print(f"The engines can't be started: {missing}.", file=sys.stderr)
        return 1
    return _conclude(all_results)


@contextmanager
def _engines(plan: dict[Area, list[str]], *, is_scaled: bool) -> Iterator[dict[str, dict[str, str]]]:
    """Yield what names other engines than the embedded ones to each area; nothing by default."""
    if not is_scaled:
        yield {}
        return
    needs.provide(["foundation"])  # brings the servers
    with scale_out(area.name for area in plan) as engines:
        yield engines


def plan_for(argv: Sequence[str]) -> dict[Area, list[str]] | None:
    """Return the pytest arguments of each area to run; None if a path lies in none."""
    named = [BY_NAME[word] for word in argv if word in BY_NAME]
    paths = [word for word in argv if word.startswith("tests/")]
    options = [word for word in argv if word not in BY_NAME and word not in paths]
    wanted = named or [area for area in AREAS if not (paths or area.is_opt_in)]
    plan = {area: [area.path] for area in AREAS if area in wanted}
    for path in paths:
        (area,) = areas_of([path])
        if area is None:
            return None
        plan.setdefault(area, []).append(path)
    return {area: [*where, *options] for area, where in plan.items()}


def _run(all_results: Sequence[Results], plan: dict[Area, list[str]], engines: dict[str, dict[str, str]]) -> None:
    progress = Progress(all_results)

    def run(one: Results) -> None:
        run_area(one, plan[one.area], progress.show, engines=engines.get(one.area.name, {}))

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        running = {pool.submit(run, one): one for one in all_results}
        for future in as_completed(running):
            future.result()
            progress.tell(_report(running[future]))


def _report(results: Results) -> str:
    """Return the line of an area, with all that pytest printed where something failed."""
    mark = paint("✗", "31") if results.failed else paint("✓", "32")
    counts = _counts(results.passed, results.failed, len(results.skipped))
    line = f"{mark} {results.area.name:<12}{results.seconds:6.1f} s  {counts}"
    return f"{results.output}\n{line}" if results.failed else line


def _conclude(all_results: Sequence[Results]) -> int:
    skipped = {name: reason for one in all_results for name, reason in one.skipped.items()}
    for name, reason in skipped.items():
        print(f"skipped: {name}: {reason}")
    failed = sum(one.failed for one in all_results)
    print(_counts(sum(one.passed for one in all_results), failed, len(skipped)))
    return 1 if failed else 0


def _counts(passed: int, failed: int, skipped: int) -> str:
    return f"{passed} passed, {failed} failed, {skipped} skipped"


def _tell_missing(missing: Sequence[str]) -> None:
    if missing:
        print(
            f"Not on this machine, and not to be installed here: {', '.join(missing)}. Tests that need it are skipped."
        )
