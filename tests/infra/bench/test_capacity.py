"""Are machines calculated from the newest figures, and is a missing figure named?"""

import pytest

from infra.local.bench import RECORD, Report
from tests.bench import capacity


def test_the_newest_figure_of_a_metric_counts() -> None:
    text = RECORD.read_text() + "\n| api_list_cpu_ms | 1,234.5 | ms | measured again |\n"

    assert capacity.recorded(text)["api_list_cpu_ms"] == 1234.5


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(capacity.FiguresMissing, match="lacks api_list_cpu_ms, nginx_one_cpu_ms: record"):
        capacity.recorded(
            "".join(
                f"| {name} | 1 | s |\n"
                for name in capacity.NEEDED
                if name not in {"api_list_cpu_ms", "nginx_one_cpu_ms"}
            )
        )


def test_machines_follow_from_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = {
        "api_one_of_2000_cpu_ms": 2.0,
        "api_list_cpu_ms": 4.0,
        "nginx_one_cpu_ms": 0.01,
        "ladder_ours_cpu_s": 20.0,
        "ladder_ours_kb": 10_000.0,
        "sending_ours_cpu_us": 100.0,
        "sending_message_bytes": 25_000.0,
    }
    monkeypatch.setattr(capacity, "recorded", lambda text: costs)
    report = Report()

    capacity.run(report)

    numbers = report.numbers()
    assert numbers["capacity_reads_cores"] == pytest.approx(10_000_000 / 86_400 * 5 * 0.003)
    assert numbers["capacity_films_machines"] == pytest.approx(1_000 * 3600 * 2 * 3 / (30 * 86_400) / (2 * 0.6))
    assert numbers["capacity_mails_cores"] == pytest.approx(5_000_000 / 7200 * 0.0001)
    assert numbers["capacity_films_tb_per_month"] == pytest.approx(3.6)
