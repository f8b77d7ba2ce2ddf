"""Machines for a load: calculated from the figures last recorded in docs/performance.md, nothing is measured here."""

import re
from dataclasses import dataclass
from typing import Protocol

from infra.local.bench import RECORD

READS_PER_DAY = 10_000_000
FILM_HOURS_PER_MONTH = 1_000
SUBSCRIBERS = 5_000_000
ISSUES_PER_MONTH = 4

CORES = 2  # of one machine, as in the runs
BUSY = 0.6  # share of a core that is planned for: above it queues grow
READS_PEAK = 5  # busiest second ÷ mean of the day: partners' sites follow the school day
FILMS_PEAK = 3  # busiest day ÷ mean of the month: after a training everybody uploads
SENDING_HOURS = 2  # within which everybody shall have an issue
DAY_S, MONTH_S = 86_400, 30 * 86_400
NEEDED = (
    "api_one_of_2000_cpu_ms",
    "api_list_cpu_ms",
    "nginx_one_cpu_ms",
    "ladder_ours_cpu_s",
    "ladder_ours_kb",
    "sending_ours_cpu_us",
    "sending_message_bytes",
)
LADDER_CLIP_S = 10
_ROW = re.compile(r"^\|\s*([a-z0-9_]+)\s*\|\s*([\d.,e+-]+)\s*\|", re.MULTILINE)


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


class FiguresMissing(Exception):
    """Something was not measured yet; the message names it."""


@dataclass(frozen=True)
class Need:
    """What one kind of work asks for at its peak."""

    name: str
    cores: float
    note: str

    @property
    def machines(self) -> float:
        return self.cores / (CORES * BUSY)


def run(report: Report) -> dict[str, float]:
    """Say how many machines each kind of work needs, and which resource ends first."""
    measured = recorded(RECORD.read_text())
    needs = (_reads(measured), _films(measured), _mails(measured))
    for need in needs:
        report.add(f"capacity_{need.name}_cores", need.cores, unit="cores", note=need.note)
        report.add(
            f"capacity_{need.name}_machines",
            need.machines,
            unit="machines",
            note=f"of {CORES} cores, {BUSY:.0%} busy at the peak",
        )
    flows = _flows(measured)
    for name, (value, unit, note) in flows.items():
        report.add(f"capacity_{name}", value, unit=unit, note=note)
    return {f"capacity_{need.name}_cores": need.cores for need in needs} | {
        f"capacity_{name}": value for name, (value, _, _) in flows.items()
    }


def recorded(text: str) -> dict[str, float]:
    """Return the newest figure of each metric in the tables of ``text``; raises FiguresMissing."""
    found = {name: float(figure.replace(",", "")) for name, figure in _ROW.findall(text)}
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise FiguresMissing(f"docs/performance.md lacks {', '.join(missing)}: record api, ladder and sending first.")
    return found


def _reads(measured: dict[str, float]) -> Need:
    per_s = READS_PER_DAY / DAY_S * READS_PEAK
    ms = (measured["api_one_of_2000_cpu_ms"] + measured["api_list_cpu_ms"]) / 2
    note = f"{per_s:,.0f} reads a second at the peak, half lists, half single releases, no cache in front"
    return Need("reads", per_s * ms / 1000, note)


def _films(measured: dict[str, float]) -> Need:
    cpu_per_s = measured["ladder_ours_cpu_s"] / LADDER_CLIP_S
    mean = FILM_HOURS_PER_MONTH * 3600 * cpu_per_s / MONTH_S
    return Need("films", mean * FILMS_PEAK, f"{cpu_per_s:.1f} s of processor time for a second of 1080p film")


def _mails(measured: dict[str, float]) -> Need:
    per_s = SUBSCRIBERS / (SENDING_HOURS * 3600)
    cores = per_s * measured["sending_ours_cpu_us"] / 1_000_000
    return Need("mails", cores, f"{per_s:,.0f} mails a second: everybody within {SENDING_HOURS} hours")


def _flows(measured: dict[str, float]) -> dict[str, tuple[float, str, str]]:
    """Return what grows or flows: room for films, bytes of mails, bytes of nginx if every read were a file."""
    film_gb = measured["ladder_ours_kb"] / LADDER_CLIP_S * 3600 * FILM_HOURS_PER_MONTH / 1e6
    mails_mbit = SUBSCRIBERS / (SENDING_HOURS * 3600) * measured["sending_message_bytes"] * 8 / 1e6
    nginx = READS_PER_DAY / DAY_S * READS_PEAK * measured["nginx_one_cpu_ms"] / 1000
    return {
        "films_tb_per_month": (
            film_gb / 1000,
            "TB",
            "renditions of the public store, each film once; masters beside it",
        ),
        "mails_mbit_per_s": (mails_mbit, "Mbit/s", "towards the relay, while an issue goes out"),
        "mails_per_month": (SUBSCRIBERS * ISSUES_PER_MONTH / 1e6, "million", f"{ISSUES_PER_MONTH} issues"),
        "reads_nginx_cores": (nginx, "cores", "the same reads, if nginx answered all of them from its cache"),
    }
