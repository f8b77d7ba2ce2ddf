"""A launcher with three small processes instead of nine large ones; a program for the tests to start and to kill."""

import sys
from pathlib import Path

from infra.local.launcher.claim import CannotStart, claimed, require_free_ports
from infra.local.launcher.log import Log
from infra.local.launcher.post import TaskFailed
from infra.local.launcher.processes import Process, python, small_sites
from infra.local.launcher.supervisor import Supervisor
from infra.local.places import Place, Ports
from infra.local.secrets import make_secrets

# A worker that has started a process of its own, which asks nobody to end it.
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
FAILING = "print('The database is locked.'); raise SystemExit(3)"


def main(data: str, base: str, *extra: str) -> int:
    place, log = Place(Path(data), Ports(int(base))), Log()
    mails = next(process for process in small_sites(place, make_secrets()) if process.name == "mails")
    environment = mails.environment
    tasks = {
        "once": Process("once", (*python("infra.local"), "--help"), environment, runs_once=True),
        "failing": Process("failing", (sys.executable, "-c", FAILING), environment, runs_once=True),
        "crashing": Process("crashing", (sys.executable, "-c", FAILING), environment),
    }
    worker = Process("worker", (sys.executable, "-c", PARENT), environment, after=("mails",))
    chosen = (mails, worker, *(tasks[name] for name in extra))
    try:
        with claimed(place):
            require_free_ports(place.ports)
            Supervisor(chosen, place=place, log=log, on_ready=lambda: log.say("READY")).run()
    except (CannotStart, TaskFailed) as error:
        log.say(str(error))
        return 1
    log.say("STOPPED")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
