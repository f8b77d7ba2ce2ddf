"""``work``: run background jobs until told to stop."""

import signal
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from foundation.jobs import ledger
from foundation.jobs.health import serve_health
from foundation.jobs.naming import held_name
from foundation.jobs.registry import LANES
from foundation.jobs.timetable import Timetable
from foundation.jobs.worker import Worker, run_one, run_until_idle
from foundation.web.logs import call_this_process


class Command(BaseCommand):
    help = "Run background jobs: one thread per lane. SIGTERM finishes the running jobs or gives them back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run at most one job per lane, then stop")
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing may run now")
        parser.add_argument("--lane", action="append", choices=LANES, help="work on this lane only (repeatable)")
        parser.add_argument(
            "--name", default="worker", help="what to call this worker in the ledger; several may be called the same"
        )
        parser.add_argument("--health-port", type=int, help="answer /healthz, /readyz and /metrics on this port")

    def handle(self, *args: Any, **options: Any) -> None:
        with held_name(options["name"], settings.DATA_DIR) as name:
            self._work(name, options["lane"] or LANES, options)

    def _work(self, name: str, lanes: Sequence[str], options: dict[str, Any]) -> None:
        if options["once"] or options["until_idle"]:
            self._work_off(name, lanes, only_one=options["once"])
            return
        call_this_process(f"{settings.DEPLOYABLE}-work")
        worker = Worker(name, lanes)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        if options["health_port"]:
            serve_health(worker, options["health_port"])
        worker.work()

    def _work_off(self, name: str, lanes: Sequence[str], *, only_one: bool) -> None:
        ledger.take_back_from(name)
        ledger.sweep()
        Timetable().submit_due()
        ran = sum(run_one(lane, name) for lane in lanes) if only_one else run_until_idle(lanes, worker=name)
        self.stdout.write(f"{ran} jobs ran.")
