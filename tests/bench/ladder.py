"""Preparing a film: our ladder beside one ffmpeg per rendition, x264's preset as it comes, and the top rung alone."""

import tempfile
from pathlib import Path
from typing import Protocol

from services.media_transcoder.pipeline.plan import plan
from services.media_transcoder.pipeline.probe import probe
from services.media_transcoder.pipeline.validate import validate
from tests.bench._ladder.clip import make_clip
from tests.bench._ladder.contenders import Contender, contenders
from tests.bench._ladder.processes import Cost, spend, vmaf


class Report(Protocol):
    """Where figures go."""

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None: ...


def run(report: Report) -> dict[str, float]:
    """Encode one clip in every way, one after the other; processor time is the fair column."""
    numbers: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="make-it-safe-bench-") as name:
        folder = Path(name)
        clip = folder / "clip.mp4"
        shown = make_clip(clip)
        facts = probe(clip, sha256="0" * 64)
        decided = plan(validate(facts), demuxer=facts.demuxer)
        for contender in contenders(decided, clip, folder):
            numbers |= _measured(report, contender, clip)
    _add(
        report, numbers, "ladder_cpu_ratio_apart", numbers["ladder_apart_cpu_s"] / numbers["ladder_ours_cpu_s"], "apart"
    )
    _add(
        report,
        numbers,
        "ladder_cpu_ratio_preset",
        numbers["ladder_preset_cpu_s"] / numbers["ladder_ours_cpu_s"],
        "preset",
    )
    ratio = numbers["ladder_ours_cpu_s"] / numbers["ladder_top_cpu_s"]
    numbers["ladder_ours_to_top"] = ratio
    report.add("ladder_ours_to_top", ratio, unit="×", note=f"CPU of the whole ladder ÷ the top rung alone; {shown}")
    return numbers


def _measured(report: Report, contender: Contender, clip: Path) -> dict[str, float]:
    cost = sum((spend(command) for command in contender.commands), Cost(0, 0))
    figures = {
        "cpu_s": (cost.cpu_s, "s", contender.note),
        "wall_s": (cost.wall_s, "s", ""),
        "kb": (contender.kilobytes, "KB", "all rungs"),
        "top_kb": (contender.top.stat().st_size / 1000, "KB", "top rung"),
        "vmaf": (vmaf(contender.top, clip), "", "top rung"),
    }
    for metric, (value, unit, note) in figures.items():
        report.add(f"ladder_{contender.name}_{metric}", value, unit=unit, note=note)
    return {f"ladder_{contender.name}_{metric}": value for metric, (value, _, _) in figures.items()}


def _add(report: Report, numbers: dict[str, float], metric: str, value: float, other: str) -> None:
    numbers[metric] = value
    report.add(metric, value, unit="×", note=f"CPU of {other} ÷ ours")
