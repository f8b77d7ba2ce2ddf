"""Does ./hub understand what it is asked, and say so where it doesn't?"""

import pytest

from infra.local.bench import Report
from infra.local.commands import main

COMMANDS = ("demo", "up", "bench", "doctor", "manage")


@pytest.mark.parametrize("argv", [["--help"], *([command, "--help"] for command in COMMANDS)])
def test_every_command_explains_itself(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: ./hub")


@pytest.mark.parametrize(
    "argv", [[], ["dance"], ["demo", "--port-base", "80"], ["up", "--port-base", "x"], ["manage", "kitchen", "migrate"]]
)
def test_what_is_not_understood_is_answered_in_one_sentence(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)

    said = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert sum("error:" in line for line in said) == 1


def test_an_unknown_bench_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "patience"]) == 2
    assert "There is no bench named patience; there are api, " in capsys.readouterr().err


def test_figures_are_shown_as_a_table_and_kept_as_numbers() -> None:
    report = Report()
    report.add("tools_per_s", 1085.4, unit="req/s", note="list of 20")
    report.add("tools_ms", 0.8123)

    assert report.numbers() == {"tools_per_s": 1085.4, "tools_ms": 0.8123}
    assert report.table().splitlines() == [
        "| what        | figure | unit  | note       |",
        "|-------------|--------|-------|------------|",
        "| tools_per_s | 1,085  | req/s | list of 20 |",
        "| tools_ms    | 0.8123 |       |            |",
    ]
