"""What does ``./hub demo --check`` do? Start everything, walk the chain step by step, say what failed."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local.chain import leaving, letters, partners, tools
from infra.local.chain.expecting import ChainBroken
from infra.local.chain.installation import Installation
from infra.local.chain.instance import Instance, fresh_place
from infra.local.chain.scene import Scene
from infra.local.launcher.memory import family_of

StepFunction = Callable[[Scene], str]


@dataclass(frozen=True)
class Step:
    """One step: what must be true after it, and what makes it true; ``does`` returns a remark."""

    says: str
    does: StepFunction


@dataclass(frozen=True)
class Taken:
    says: str
    seconds: float
    remark: str = ""
    failure: str = ""


Tell = Callable[[Taken], None]
STEPS = (
    Step("Staff log in", tools.staff_logs_in),
    Step("A partner is registered", tools.partner_is_registered),
    Step("A list has readers", letters.readers_subscribe),
    Step("A film is uploaded in pieces", tools.film_is_uploaded),
    Step("The film is prepared", tools.film_is_prepared),
    Step("The gate refuses it with reasons", tools.film_is_refused_without_captions),
    Step("The film is published", tools.film_is_published),
    Step("A comic is published", tools.comic_is_published),
    Step("The API lists both", partners.tools_are_listed),
    Step("A release is pinned", partners.release_is_pinned),
    Step("The feed has every change", partners.changes_are_fed),
    Step("The API describes itself", partners.api_is_described),
    Step("The film plays", partners.film_is_playable),
    Step("The partner’s site shows them", partners.site_shows_the_tools),
    Step("An issue is published", letters.issue_is_published),
    Step("The issue is sent", letters.issue_is_sent),
    Step("Readers have their mail", letters.readers_have_their_mail),
    Step("One click unsubscribes", letters.one_click_unsubscribes),
    Step("A new reader confirms", letters.new_reader_confirms),
    Step("Signed messages reach the partner", partners.hooks_are_verified),
    Step("The film is recalled everywhere", partners.film_is_recalled),
    Step("Readers leave", letters.readers_leave),
    Step("Nothing of the check stays public", leaving.all_is_withdrawn),
)


def check_chain(json_file: Path | None, *, against: Installation | None = None) -> int:
    """Walk the chain on a fresh instance, or ``against`` one; return 0, or 1 after saying what failed."""
    taken: list[Taken] = []
    started = time.monotonic()

    def tell(step: Taken) -> None:
        taken.append(step)
        mark = "✗" if step.failure else "✓"
        print(f"{mark} {step.says:<36} {step.seconds:6.1f} s  {step.failure or step.remark}", flush=True)

    if against is None:
        _walk_fresh(tell)
    else:
        walk(against, tell)
    return _conclude(taken, time.monotonic() - started, json_file)


def _walk_fresh(tell: Tell) -> None:
    with fresh_place() as place:
        instance = Instance(place)
        try:
            ready = _timed("Everything starts", lambda: _ready(instance))
            tell(ready)
            if not ready.failure:
                walk(instance, tell)
        finally:
            tell(_timed("Everything stops", lambda: stopped(instance)))


def _conclude(taken: list[Taken], seconds: float, json_file: Path | None) -> int:
    failed = [step for step in taken if step.failure]
    if json_file is not None:
        json_file.write_text(json.dumps(_report(taken, seconds), ensure_ascii=False, indent=2) + "\n")
    if failed:
        print(f"hub: The chain is broken: {failed[0].says}: {failed[0].failure}", file=sys.stderr)
        return 1
    print(f"The whole chain runs: {len(taken)} steps in {seconds:.1f} s.")
    return 0


def walk(installation: Installation, tell: Tell) -> None:
    """Take every step until one fails."""
    scene = Scene(installation)
    try:
        for step in STEPS:
            taken = _timed(step.says, lambda step=step: step.does(scene))  # type: ignore[misc]
            tell(taken)
            if taken.failure:
                print(installation.last_lines(), file=sys.stderr)
                return
    finally:
        _leave(scene)
        scene.close()


def _leave(scene: Scene) -> None:
    """Take the readers of a walk that broke off from the list, or the next one would find them there."""
    try:
        letters.take_off_the_list(scene)
    except (ChainBroken, httpx.HTTPError) as error:
        print(f"hub: Readers of the check are still on its list: {error}", file=sys.stderr)


def _ready(instance: Instance) -> str:
    instance.wait_until_ready()
    return f"{len(instance.pids())} processes"


def stopped(instance: Instance) -> str:
    """Stop the instance and see that nothing of it is left."""
    family = family_of(instance.process.pid)
    code = instance.stop()
    left = [pid for pid in family if Path(f"/proc/{pid}").exists()]
    if code or left:
        raise ChainBroken(f"The launcher ended with {code}, and {len(left)} processes are left.")
    return "no process is left"


def _timed(says: str, do: Callable[[], str]) -> Taken:
    started = time.monotonic()
    try:
        remark, failure = do(), ""
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a step is what the check is there to tell
        remark, failure = "", str(error) or type(error).__name__
        if not isinstance(error, ChainBroken):
            failure = f"{type(error).__name__}: {failure}"
    return Taken(says, round(time.monotonic() - started, 3), remark, failure)


def _report(taken: list[Taken], seconds: float) -> dict[str, object]:
    steps = [
        {"step": step.says, "seconds": step.seconds, "ok": not step.failure, "remark": step.remark or step.failure}
        for step in taken
    ]
    return {"ok": all(not step.failure for step in taken), "seconds": round(seconds, 3), "steps": steps}
