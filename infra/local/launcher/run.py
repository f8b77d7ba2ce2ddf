"""What do ``./hub up`` and ``./hub demo`` do, from the first line to the last?"""

import os
import sys
import time
from collections.abc import Callable

from infra.local.engines import EnginesUnreadable
from infra.local.launcher.claim import CannotStart, claimed, require_free_ports, require_not_held
from infra.local.launcher.log import Log
from infra.local.launcher.post import TaskFailed
from infra.local.launcher.processes import Process, environments, processes
from infra.local.launcher.supervisor import Supervisor
from infra.local.launcher.tables import migrations
from infra.local.places import Place, address
from infra.local.secrets import Secrets, SecretsUnreadable, secrets_of
from infra.local.staff import FIRST_MEMBER

MakeTasks = Callable[[Place, dict[str, dict[str, str]], tuple[str, ...]], tuple[Process, ...]]


def no_tasks(_place: Place, _known: dict[str, dict[str, str]], _after: tuple[str, ...]) -> tuple[Process, ...]:
    return ()


def run(place: Place, *, tasks: MakeTasks = no_tasks) -> int:
    """Run an instance until it is asked to stop; return the exit code. ``tasks`` run once, when all else is ready."""
    log = Log(is_coloured=wants_colour())
    try:
        with claimed(place):
            require_not_held(place)
            require_free_ports(place.ports)
            _supervise(place, log, tasks)
    except (CannotStart, EnginesUnreadable, SecretsUnreadable, TaskFailed) as error:
        print(f"hub: {error}", file=sys.stderr)
        return 1
    log.say("All stopped.")
    return 0


def wants_colour() -> bool:
    """Tell whether the person sees colours and wants them (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _supervise(place: Place, log: Log, tasks: MakeTasks) -> None:
    started = time.monotonic()
    secrets = secrets_of(place.secrets_file)
    known = environments(place, secrets)
    first = migrations(place, known)
    if first:
        log.say("Preparing the databases …")
    lasting = processes(place, secrets, after=tuple(process.name for process in first))
    last = tasks(place, known, tuple(process.name for process in lasting))
    if last:
        log.say("The demo content will be loaded as soon as everything runs (first start; about half a minute) …")

    def announce() -> None:
        log.say(announcement(place, secrets, time.monotonic() - started))

    Supervisor((*first, *lasting, *last), place=place, log=log, on_ready=announce).run()


def announcement(place: Place, secrets: Secrets, seconds: float) -> str:
    """Return what a person needs next: where to click, and with which password."""
    ports = place.ports
    lines = (
        "",
        f"Make-IT-Safe is ready ({seconds:.1f} s).",
        "",
        f"  Editing         {address(ports.editing)}/",
        f"                  user name {FIRST_MEMBER}   password {secrets.staff_password}",
        f"  Partner's site  {address(ports.partner_site)}/",
        f"  Mails           {address(ports.mails)}/",
        f"  Newsletters     {address(ports.newsletter)}/subscribe/",
        f"  Partner API     {address(ports.delivery)}/v1/tools   {address(ports.delivery)}/v1/openapi.json",
        f"  Transcoder      {address(ports.transcoder)}/readyz",
        "",
        f"  Everything is kept in {place.data}. Stop with Ctrl-C.",
        "",
    )
    return "\n".join(lines)
