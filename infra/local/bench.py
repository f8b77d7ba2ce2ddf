"""What can be measured, and how is it shown? Each module of tests/bench has ``run(report)``."""

import importlib
import json
import os
import pkgutil
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.local.places import ROOT

RECORD = ROOT / "docs" / "performance.md"


class Report:
    """Collects figures: a name, a number, its unit, and what was compared."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, str, str]] = []

    def add(self, metric: str, value: float, *, unit: str = "", note: str = "") -> None:
        """Note one figure; ``metric`` in snake case with its unit, as it appears in the JSON file."""
        self.rows.append((metric, value, unit, note))

    def numbers(self) -> dict[str, float]:
        return {metric: value for metric, value, _, _ in self.rows}

    def table(self) -> str:
        """Return the figures as a table of Markdown, which is also readable as it stands."""
        header = ("what", "figure", "unit", "note")
        rows = [header, *((metric, f"{value:,.4g}", unit, note) for metric, value, unit, note in self.rows)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
        lines = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
        ]
        rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        return "\n".join((lines[0], rule, *lines[1:]))


def benches() -> dict[str, str]:
    """Return the modules of tests/bench by name, each with the first line of its docstring."""
    import tests.bench

    names = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    modules = {name: importlib.import_module(f"tests.bench.{name}") for name in names if not name.startswith("_")}
    return {
        name: (module.__doc__ or "").partition("\n")[0] for name, module in modules.items() if hasattr(module, "run")
    }


def bench(name: str | None, *, json_file: Path | None, is_recorded: bool) -> int:
    """Measure one thing or all; without a name list them. Return the exit code."""
    known = benches()
    if name is None:
        print("\n".join(f"{each:<12} {sentence}" for each, sentence in known.items()))
        return 0
    if name != "all" and name not in known:
        print(f"hub: There is no bench named {name}; there are {', '.join(known)} and all.", file=sys.stderr)
        return 2
    numbers: dict[str, float] = {}
    for each in known if name == "all" else (name,):
        report = _measure(each, is_recorded)
        numbers |= report.numbers()
    if json_file is not None:
        json_file.write_text(json.dumps(numbers, indent=2) + "\n")
    return 0


def _measure(name: str, is_recorded: bool) -> Report:
    report = Report()
    importlib.import_module(f"tests.bench.{name}").run(report)
    print(report.table())
    if is_recorded:
        heading = f"\n### `./hub bench {name}` — {datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n"
        with RECORD.open("a") as record:
            record.write(heading + report.table() + "\n")
    return report


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
