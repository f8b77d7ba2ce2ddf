"""Mails per second: our sender with ledger and journal beside Django's own backend and smtplib, to the same sink."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol

from tests.bench._sending.sink import sink

ROUNDS = 3
MAILS = {"ours": 10_000, "django": 600, "smtplib": 3_000}
NOTES = {
    "ours": "a campaign: claims, tokens, journal, ledger, events; 4 pipelined connections",
    "django": "EmailMultiAlternatives over Django's SMTP backend, one kept connection, no ledger",
    "smtplib": "smtplib, one kept connection, message made once, no ledger",
}


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


def run(report: Report) -> dict[str, float]:
    """Let the contenders send in turn, round after round, and take the median of each."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in MAILS}
    with sink() as taker:
        for _ in range(ROUNDS):
            for name, number in MAILS.items():
                rounds[name].append(_contend(name, taker.port, number))
    numbers: dict[str, float] = {}
    for name, figures in rounds.items():
        for metric, unit in (("per_s", "mails/s"), ("cpu_us", "µs")):
            value = statistics.median(figure[metric] for figure in figures)
            numbers[f"sending_{name}_{metric}"] = value
            note = NOTES[name] if metric == "per_s" else "processor time per mail"
            report.add(f"sending_{name}_{metric}", value, unit=unit, note=note)
    report.add(
        "sending_message_bytes", rounds["ours"][0]["bytes"], unit="bytes", note=f"multipart message to {taker.kind}"
    )
    return numbers | _ratios(report, numbers)


def _ratios(report: Report, numbers: dict[str, float]) -> dict[str, float]:
    ratios: dict[str, float] = {}
    for name in ("django", "smtplib"):
        rate = numbers["sending_ours_per_s"] / numbers[f"sending_{name}_per_s"]
        cpu = numbers[f"sending_{name}_cpu_us"] / numbers["sending_ours_cpu_us"]
        ratios |= {f"sending_rate_ratio_{name}": rate, f"sending_cpu_ratio_{name}": cpu}
        report.add(f"sending_rate_ratio_{name}", rate, unit="×", note=f"our mails per second ÷ those of {name}")
        report.add(f"sending_cpu_ratio_{name}", cpu, unit="×", note=f"CPU per mail of {name} ÷ ours")
    return ratios


def _contend(name: str, port: int, number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="make-it-safe-bench-") as folder:
        environment = os.environ | {
            "DATA_DIR": str(Path(folder)),
            "ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "services.newsletter.settings",
            "DATABASE_URL": "",
        }
        command = [sys.executable, "-m", "tests.bench._sending.contender", name, str(port), str(number)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The contender {name} failed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
