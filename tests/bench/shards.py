"""Mails per second of one campaign on PostgreSQL by 1 and by 2 workers, to a sink and to a relay that thinks."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from typing import Protocol

import psycopg

from tests.bench._sending.sink import Sink, sink
from tests.servers.postgres import Postgres, running_postgres

ROUNDS = 3
CONNECTIONS = 4
THINKS_MS = 5
RELAYS = {"sink": (0, 10_000), "relay": (THINKS_MS, 4_000)}  # milliseconds per mail and connection; mails
PARTS = {"workers": "the workers", "postgres": "PostgreSQL", "sink": "the sink"}


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


def run(report: Report) -> dict[str, float]:
    """Send by one worker and by two in turn, round after round, and take the median of each."""
    numbers: dict[str, float] = {}
    with running_postgres(durable=True) as postgres:
        for name, (thinks_ms, number) in RELAYS.items():
            with sink(thinks_ms=thinks_ms) as taker:
                numbers |= _compared(report, name, _rounds(postgres, taker, number))
    return numbers


def _rounds(postgres: Postgres, taker: Sink, number: int) -> dict[int, list[dict[str, float]]]:
    rounds: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for workers, figures in rounds.items():
            figures.append(_sent(postgres, taker, workers=workers, number=number))
    return rounds


def _compared(report: Report, name: str, rounds: dict[int, list[dict[str, float]]]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for workers, figures in rounds.items():
        middle = {key: statistics.median(figure[key] for figure in figures) for key in figures[0]}
        prefix = f"shards_{name}_{workers}"
        numbers |= {f"{prefix}_per_s": middle["per_s"], f"{prefix}_cpu_us": middle["workers_us"]}
        report.add(f"{prefix}_per_s", middle["per_s"], unit="mails/s", note=_limit_of(middle, workers))
        report.add(f"{prefix}_cpu_us", middle["workers_us"], unit="µs", note=_costs_beside(middle))
    rate = numbers[f"shards_{name}_2_per_s"] / numbers[f"shards_{name}_1_per_s"]
    cpu = numbers[f"shards_{name}_2_cpu_us"] / numbers[f"shards_{name}_1_cpu_us"]
    report.add(f"shards_{name}_rate_ratio", rate, unit="×", note="mails per second of two workers ÷ those of one")
    report.add(f"shards_{name}_cpu_ratio", cpu, unit="×", note="CPU per mail of two workers ÷ that of one")
    return numbers | {f"shards_{name}_rate_ratio": rate, f"shards_{name}_cpu_ratio": cpu}


def _limit_of(middle: dict[str, float], workers: int) -> str:
    """Name what was used up: the processors of this machine, of one worker, or neither."""
    cores = os.cpu_count() or 1
    busy, ours = (middle[f"{part}_us"] * middle["per_s"] / 1e6 for part in ("machine", "workers"))
    used = f"{busy:.1f} of {cores} processors busy, {ours:.1f} with the workers"
    if busy > 0.85 * cores:
        return f"limit: the processors of this machine ({used})"
    if ours > 0.85 * workers:
        return f"limit: the worker's one processor ({used})"
    return f"limit: waiting, for the relay or the disk ({used})"


def _costs_beside(middle: dict[str, float]) -> str:
    beside = ", ".join(f"{label} {middle[f'{part}_us']:.0f} µs" for part, label in PARTS.items() if part != "workers")
    return f"processor time per mail of the workers; beside them {beside}"


def _sent(postgres: Postgres, taker: Sink, *, workers: int, number: int) -> dict[str, float]:
    database = "shards"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database}")
        connection.execute(f"CREATE DATABASE {database}")
    assert postgres.process is not None
    command = [sys.executable, "-m", "tests.bench._shards.campaign"]
    arguments = [str(value) for value in (workers, number, postgres.process.pid, taker.pid)]
    with tempfile.TemporaryDirectory(prefix="make-it-safe-bench-") as folder:
        environment = os.environ | {
            "DATA_DIR": folder,
            "ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "services.newsletter.settings",
            "DATABASE_URL": postgres.url.rpartition("/")[0] + f"/{database}",
            "SMTP_URL": f"smtp://127.0.0.1:{taker.port}",
            "SMTP_CONNECTIONS": str(CONNECTIONS),
            "SENDING_SHARDS": str(workers),
        }
        done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The campaign by {workers} workers failed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
