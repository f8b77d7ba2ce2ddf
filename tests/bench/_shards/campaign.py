"""One campaign, sent by some workers: ``WORKERS NUMBER POSTGRES_PID SINK_PID`` sends and prints its figures as JSON.

A process of its own, for it has the newsletter's settings. The workers are real ones, and ready before the clock runs.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import django
import httpx
from django.utils import timezone

from tests.bench._shards.processors import machine_s, processor_s
from tests.servers.ports import free_port

READERS_CHUNK = 5000
LONGEST_S = 300.0


def main(workers: int, number: int, postgres: int, sink: int) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from services.newsletter.campaigns import actions

    campaign_id = paused_campaign(number)
    with running(workers) as pids:
        wait_until(is_idle)
        watched = {"workers": pids, "postgres": [postgres], "sink": [sink]}
        before = spent(watched)
        started = time.perf_counter()
        actions.resume(campaign_id, at=timezone.now())
        wait_until(lambda: is_sent(campaign_id, number))
        wall = time.perf_counter() - started
        after = spent(watched)
    figures = {f"{name}_us": (after[name] - before[name]) / number * 1e6 for name in before}
    sys.stdout.write(f"{json.dumps(figures | {'per_s': number / wall, 'wall_s': wall})}\n")


def paused_campaign(number: int) -> UUID:
    from services.newsletter.campaigns import actions
    from services.newsletter.lists.importing import Row, import_rows
    from tests.services.newsletter.campaigns.campaigns import prepared
    from tests.services.newsletter.people import mailing_list

    partners = mailing_list()
    for start in range(0, number, READERS_CHUNK):
        rows = [Row(f"reader{n}@example.org", "en") for n in range(start, min(start + READERS_CHUNK, number))]
        import_rows(rows, into=partners, consent_text="Yes.", at=timezone.now())
    campaign = prepared(partners)
    actions.pause(campaign.pk, at=timezone.now())
    return campaign.pk


@contextmanager
def running(number: int) -> Iterator[list[int]]:
    """Start ``number`` workers and yield their ids when all of them work."""
    ports = [free_port() for _ in range(number)]
    command = [sys.executable, "-m", "services.newsletter.manage", "work", "--lane", "default"]
    workers = [
        subprocess.Popen([*command, "--name", f"bench-{port}", "--health-port", str(port)], stderr=subprocess.DEVNULL)
        for port in ports
    ]
    try:
        for port in ports:
            wait_until(lambda port=port: is_ready(port))  # type: ignore[misc]
        yield [worker.pid for worker in workers]
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(30)


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def is_idle() -> bool:
    from foundation.jobs.models import Job

    return not Job.objects.filter(state__in=["queued", "running"]).exists()


def is_sent(campaign_id: UUID, number: int) -> bool:
    from services.newsletter.campaigns.models import Campaign
    from services.newsletter.campaigns.queries import counts_of

    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state != Campaign.State.FINISHED:
        return False
    assert counts_of(campaign).accepted == number
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("The bench waited too long.")
        time.sleep(0.02)


def spent(watched: dict[str, list[int]]) -> dict[str, float]:
    return {"machine": machine_s()} | {name: sum(map(processor_s, pids)) for name, pids in watched.items()}


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:5]))
